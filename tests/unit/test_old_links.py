"""Links that stand in pages, mails and bookmarks open as they did when they were written.

`old_links.json` was written by the code before the fields were declared in one place. It holds each
link, the fields that it opened as other than the defaults, what was said, and the link it became.
"""

import json
from pathlib import Path

from explorer.errors import ExplorerError
from explorer.link import read_link, write_link
from explorer.schema import FIELDS, State
from tests.support.each import each

OLD = json.loads(Path(__file__).with_name("old_links.json").read_text(encoding="utf-8"))
NAMED = {
    name
    for old in OLD["links"]
    for message in old["messages"]
    for value in message["params"].values()
    for name in str(value).split(", ")
}
CHOICES = {choice for field in FIELDS.values() for choice in field.choices}
ADDED = (FIELDS.keys() - OLD["defaults"].keys()) | (CHOICES - NAMED)


def told(code: str, field: str | None, params: dict) -> tuple:
    """A message to compare: the order of the fields it names is free, a bound the machine's.

    Fields and choices that were added since are named where all are.
    """
    names = {
        n: sorted({*str(value).split(", ")} - ADDED) for n, value in params.items() if n != "bound"
    }
    return code, field or "", sorted(names.items())


def told_by(error: ExplorerError) -> tuple:
    params = {name: value for name, value in error.params.items() if name != "field"}
    return told(error.code, error.field, params)


def of_then(state: State) -> dict[str, object]:
    """The fields that there were; one that was added since is not in an old link."""
    return {name: value for name, value in state.as_dict().items() if name in OLD["defaults"]}


def test_the_defaults_are_those_of_before():
    assert of_then(State()) == OLD["defaults"]


def test_every_field_is_in_an_old_link():
    written = {
        pair.partition("=")[0]
        for old in OLD["links"]
        for pair in old["link"].lstrip("#?").split("&")
    }
    assert OLD["defaults"].keys() <= written


@each("old", OLD["links"])
def test_an_old_link_opens_as_before(old):
    state, errors = read_link(old["link"])
    assert of_then(state) == OLD["defaults"] | old["opened"]
    said = sorted(told(**message) for message in old["messages"])
    assert sorted(map(told_by, errors)) == said
    assert write_link(state) == old["again"]
