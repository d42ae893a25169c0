"""Attributes that are made when they are first asked for, each object by itself."""

from collections.abc import Callable


class made_once:  # noqa: N801  # stands where `property` does
    """An attribute that is made when it is asked for first.

    `functools.cached_property` has one lock for all objects up to Python 3.11: what is made for one
    visitor would hold up all others.
    """

    def __init__(self, make: Callable):
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str):
        self._name = name

    def __get__(self, holder: object, owner: type) -> object:
        if holder is None:
            return self
        made = holder.__dict__[self._name] = self._make(holder)
        return made

    def hand_on(self, holder: object, other: object):
        """What one has made is another's as well; nothing where it has made nothing yet."""
        if self._name in holder.__dict__:
            other.__dict__[self._name] = holder.__dict__[self._name]
