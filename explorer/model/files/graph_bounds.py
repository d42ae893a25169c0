"""How large a generator of a file may be: what is larger is refused in words, before it is made."""

from explorer.errors import ExplorerError
from explorer.model.graph import MOST_LETTERS, MOST_NODES, MOST_SOURCES


def too_many() -> ExplorerError:
    """What is said of a generator of more operations, or nested deeper, than is read."""
    return ExplorerError("graph_too_many", "weights", bound=MOST_NODES)


def check_count(nodes: int):
    """Refuses more operations than are read.

    Raises:
        ExplorerError: there are more.
    """
    if nodes > MOST_NODES:
        raise too_many()


def check_sources(read: int):
    """Refuses operations that read more stages in all than are shown.

    Raises:
        ExplorerError: they do.
    """
    if read > MOST_SOURCES:
        raise ExplorerError("graph_too_joined", "weights", bound=MOST_SOURCES)


def check_letters(told: str):
    """Refuses a generator of which more is told than is kept.

    Raises:
        ExplorerError: its JSON is longer.
    """
    if len(told) > MOST_LETTERS:
        raise ExplorerError("graph_too_long", "weights", bound=MOST_LETTERS)
