"""What a training run is told: bounded fields, checked before anything starts."""

from dataclasses import dataclass, fields

from explorer.errors import ExplorerError
from explorer.model.config import GeneratorConfig
from explorer.model.fields import Field, by_name
from explorer.model.pictures import PICTURE_CHANNELS
from explorer.model.weights import MAX_SEED

LOSSES = ("logistic", "hinge")

SETTINGS = by_name(
    (
        Field("steps", 20000, "int", 1, 1_000_000),
        Field("batch_size", 32, "int", 4, 256),
        Field("learning_rate", 2e-4, "float", 1e-6, 1e-1),
        Field("loss", "logistic", "choice", choices=LOSSES),
        Field("penalty", 1.0, "float", 0, 100),
        Field("average", 0.999, "float", 0, 0.99999),
        Field("seed", 0, "int", 0, MAX_SEED),
    )
)


@dataclass(frozen=True)
class TrainSettings:
    """How a run trains.

    Attributes:
        steps: steps of both networks in all.
        batch_size: real pictures, and drawn ones, in a step.
        learning_rate: Adam's, of both networks.
        loss: "logistic" (Goodfellow et al. 2014, non-saturating) or "hinge" (Lim and Ye 2017).
        penalty: gamma of the R1 penalty on real pictures (Mescheder et al. 2018).
        average: decay of the moving average of the generator's weights.
        seed: fixes weights, z and the order of the pictures.

    Raises:
        ExplorerError: a value outside its range.
    """

    steps: int = 20000
    batch_size: int = 32
    learning_rate: float = 2e-4
    loss: str = "logistic"
    penalty: float = 1.0
    average: float = 0.999
    seed: int = 0

    def __post_init__(self):
        for item in fields(self):
            object.__setattr__(self, item.name, SETTINGS[item.name].check(getattr(self, item.name)))


def check_trainable(config: GeneratorConfig):
    """Refuses a generator whose output is no picture.

    Raises:
        ExplorerError: C is neither 1 nor 3.
    """
    if config.C not in PICTURE_CHANNELS:
        raise ExplorerError("not_a_picture", "C", value=config.C)
