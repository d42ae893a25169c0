"""What a training run is told: declared and bounded fields, checked before anything starts."""

from dataclasses import dataclass
from typing import Annotated, Literal

from explorer.errors import ExplorerError
from explorer.model.config import GeneratorConfig
from explorer.model.declare import Range, check_all, fields_of
from explorer.model.pictures import PICTURE_CHANNELS
from explorer.model.weights import Seed


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

    steps: Annotated[int, Range(1, 1_000_000)] = 20000
    batch_size: Annotated[int, Range(4, 256)] = 32
    learning_rate: Annotated[float, Range(1e-6, 1e-1)] = 2e-4
    loss: Literal["logistic", "hinge"] = "logistic"
    penalty: Annotated[float, Range(0, 100)] = 1.0
    average: Annotated[float, Range(0, 0.99999)] = 0.999
    seed: Seed = 0

    def __post_init__(self):
        for name, value in check_all(SETTINGS, vars(self)).items():
            object.__setattr__(self, name, value)


SETTINGS = fields_of(TrainSettings)


def check_trainable(config: GeneratorConfig):
    """Refuses a generator whose output is no picture.

    Raises:
        ExplorerError: C is neither 1 nor 3.
    """
    if config.C not in PICTURE_CHANNELS:
        raise ExplorerError("not_a_picture", "C", value=config.C)
