"""The same layer in other frameworks: code in every language, notes as keys of `layer_notes`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """How a framework writes a stage.

    Attributes:
        code: the call; "" where no layer is equal.
        note: key of what to know about it, or "".
        init: what makes the layer's variables start as here, where the call does not say it.
        params: what fills the note in.
    """

    code: str
    note: str = ""
    params: tuple[tuple[str, object], ...] = ()
    init: str = ""

    def as_dict(self) -> dict:
        """JSON types only."""
        params = dict(self.params)
        return {"code": self.code, "note": self.note, "params": params, "init": self.init}


NO_CODE = Code("")
