"""Where a call stands: its stage, the one before, and what the code calls their results."""

from dataclasses import dataclass
from typing import Literal

from explorer.model.config import GeneratorConfig
from explorer.model.stages import SCOPE, Stage
from explorer.views.call.parts import Argument, given, say

Drawn = Literal["all", "some", "none"]


@dataclass(frozen=True)
class Place:
    """What the arguments of a call depend on.

    Attributes:
        config: the structure.
        plan: all stages.
        stage: the one that the call makes.
        drawn: how much of its kernel is drawn, not trained, opened or carried over.
        seed: of what is drawn.
    """

    config: GeneratorConfig
    plan: tuple[Stage, ...]
    stage: Stage
    drawn: Drawn
    seed: int

    @property
    def before(self) -> Stage:
        """The stage that the call reads."""
        return self.plan[max(0, self.plan.index(self.stage) - 1)]

    @property
    def after(self) -> Stage:
        """The stage that follows."""
        return self.plan[self.plan.index(self.stage) + 1]

    @property
    def scope(self) -> str:
        """What the names of the stage's variables begin with."""
        return f"{SCOPE}/{self.stage.name}/"

    @property
    def inputs(self) -> str:
        """The variable that holds what comes in."""
        return variable_of(self.before)

    @property
    def target(self) -> str:
        """The variable that the result goes to."""
        return variable_of(self.stage)

    def incoming(self, name: str) -> Argument:
        """The tensor that comes in, under the name that the function has for it."""
        if self.before.is_input:
            return self.latent(name)
        return given(name, self.inputs, say("inputs", source=self.before.name, shape=self.shape_in))

    def latent(self, name: str) -> Argument:
        """z as an argument."""
        z = self.plan[0]
        sentence = say("latent", shape=z.shape, noise_dim=z.shape[1], batch=z.shape[0])
        return given(name, "z", sentence, "noise_dim", "z_seed", "batch_size")

    @property
    def shape_in(self) -> tuple[int, ...]:
        """Of what comes in."""
        return self.stage.input_shape


def variable_of(stage: Stage) -> str:
    """What the original calls the result of a stage: z, h2, up1, ..., out."""
    usual = {"z": "z", "fc1": "h2", "conv_out": "out"}
    return usual.get(stage.block) or f"up{stage.block.removeprefix('upsample')}"
