"""The one exception whose message a user can act on; its words live in the locale files."""

from explorer.words import english


def quote(value: object, limit: int = 40) -> str:
    """Shows a user's value back to the user: one line, cut to `limit` characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def quote_path(path: object) -> str:
    """Shows a path back whole, as its end tells the most."""
    return quote(path, 300)


def mebibytes(size: float) -> str:
    """A number of bytes, readable: one decimal below 10 MiB."""
    mib = size / 2**20
    return f"{mib:,.0f} MiB" if mib >= 10 else f"{mib:.1f} MiB"


class ExplorerError(ValueError):
    """A user's mistake: what was wrong, what is allowed and what to do.

    `code` is a key of the `errors` section of every locale file and `params` fill the
    placeholders, so that the page can say the same in the reader's language. `field` names the
    control at fault, if one is; `others` are more mistakes of the same input.
    """

    others: tuple["ExplorerError", ...] = ()

    def __init__(self, code: str, field: str | None = None, **params: object):
        self.code = code
        self.field = field
        self.params = {"field": field or "", **params}
        super().__init__(english("errors", code, self.params))

    @classmethod
    def together(cls, errors: "list[ExplorerError]") -> "ExplorerError":
        """The first of one or more mistakes, which brings the others along."""
        first, *others = errors
        first.others = tuple(others)
        return first

    def as_dict(self) -> dict:
        """The error as the browser and the API receive it: JSON types only."""
        params = {
            key: value if isinstance(value, int | float) else str(value)
            for key, value in self.params.items()
        }
        return {"code": self.code, "field": self.field, "params": params, "message": str(self)}
