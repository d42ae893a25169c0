"""What an explanation of one cell is made from."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from explorer.model.explanations import Explanation, Index
from explorer.model.graph import Stage


@dataclass(frozen=True, eq=False)
class Cell:
    """A stage, the outputs of its sources and its own, and the place of a value in the latter."""

    stage: Stage
    variables: Mapping
    sources: tuple[np.ndarray, ...]
    output: np.ndarray
    index: Index

    @property
    def source(self) -> np.ndarray:
        """Of its first source; an input's own."""
        return self.sources[0] if self.sources else self.output

    def variable(self, name: str) -> np.ndarray:
        """One of the stage's weights, by its own name."""
        return np.asarray(self.variables[name])

    def made(self, kind: type[Explanation], total: float, /, told: int = 0, **parts) -> Explanation:
        """The explanation, with what all kinds have in common; `told`: which source it tells of."""
        return kind(
            stage=self.stage.name,
            op=self.stage.kind,
            index=self.index,
            value=float(self.output[self.index]),
            total=float(total),
            source_stage=self.stage.sources[told] if self.stage.sources else "",
            **parts,
        )
