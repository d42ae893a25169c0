"""What a PyTorch file does not tell, collected while its generator is read."""

from explorer.model.files.stage_names import some_names
from explorer.model.graph import Assumption

_ORDER = (
    *(
        "torch_part",
        "torch_layout",
        "torch_row",
        "torch_order",
        "torch_kinds",
        "torch_window",
        "torch_split",
        "torch_upsampling",
    ),
    *("torch_shuffle", "torch_sum", "torch_skip", "torch_reading", "torch_activation"),
    *(
        "torch_gap",
        "torch_epsilon",
        "torch_instance",
        "torch_old_instance",
        "torch_unseen",
        "own_statistics",
        "torch_spectral",
    ),
)  # strides and pads first: the shapes depend on them
_TOLD = ("torch_spectral",)  # by the file


class Assumed:
    """By what was assumed, the stages that it is about."""

    def __init__(self):
        self._told: dict[tuple[str, str], list[str]] = {}  # (code, value) -> stages

    def copy(self) -> "Assumed":
        """As much, of which more can be told without the first being changed."""
        other = Assumed()
        other._told = {key: [*stages] for key, stages in self._told.items()}
        return other

    def tell(self, code: str, value: str, stage: str) -> str:
        """One more thing that is assumed of a stage, which is given back."""
        self._told.setdefault((code, value), []).append(stage)
        return stage

    def listed(self) -> tuple[Assumption, ...]:
        """All of it."""
        told = sorted(self._told.items(), key=lambda item: _ORDER.index(item[0][0]))
        return tuple(
            Assumption(code, some_names(stages), value, told=code in _TOLD)
            for (code, value), stages in told
        )
