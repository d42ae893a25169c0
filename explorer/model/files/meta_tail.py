"""What follows the last layer of a generator in a TensorFlow 1 graph: sums, other shapes, curves.

None of it has variables, which alone tell whose a step is; so it goes on as long as the graph has
one way on.
"""

from collections.abc import Callable, Iterator
from itertools import chain

from explorer.model.files.meta_calls import Reading
from explorer.model.files.meta_values import Flow, Part, Unread
from explorer.model.ops import Activation

_ENDS = (Activation("tanh"), Activation("sigmoid"))
_LOG = ("Summary", "SummaryV2")  # how operations that only write down are called


class Tails:
    """Which operations read which steps.

    Args:
        reading: all that was read.
        is_others: whether an operation of this name is none of the generator's.
    """

    def __init__(self, reading: Reading, is_others: Callable[[str], bool]):
        self._reading = reading
        self._readers: dict[int, dict[int, Flow]] = {}
        self._unread: dict[int, list[Unread]] = {}
        self._parts: dict[int, Unread] = {}
        self._beyond: dict[int, Unread] = {}  # of what reads it and some other thing unread
        self._untaken: set[int] = set()
        for name, value in reading.values.items():
            if is_others(name):
                continue
            if isinstance(value, Flow) and value.name == name:
                merged = tuple(self._merged(value))
                for source in chain(value.sources, merged):
                    self._readers.setdefault(id(source), {})[id(value)] = value
                if merged:
                    self._untaken |= {id(read) for read in reading.read[name]}
                    self._untaken -= {id(one) for one in merged}
            elif isinstance(value, Unread) and value.name == name and not value.op.endswith(_LOG):
                for source in reading.read[name]:
                    self._unread.setdefault(id(source), []).append(value)
            elif isinstance(value, Unread) and not reading.kinds[name].endswith(_LOG):
                for source in reading.read[name]:
                    self._beyond.setdefault(id(source), Unread(reading.kinds[name], name))
            elif isinstance(value, Part):
                for source in reading.read[name]:
                    self._parts.setdefault(id(source), Unread(reading.kinds[name], name))

    def _merged(self, value: Flow) -> Iterator[Flow]:
        """The step itself, where a condition passes it on."""
        for source in self._reading.read[value.name]:
            if isinstance(source, Flow) and source.at == value.at and source is not value:
                yield source

    def to_the_end(self, flow: Flow) -> tuple[Flow, Unread | None]:
        """The last step that follows, and what is not read after it."""
        while True:
            ways, unread = self._ways(flow), self._unread.get(id(flow), [])
            curves = [way for way in ways if way.op in _ENDS]
            if len(ways) + len(unread) == 1 and ways:
                flow = ways[0]
            elif curves:
                flow = curves[0]
            else:
                return flow, unread[0] if unread else self._after(flow)

    def _after(self, flow: Flow) -> Unread | None:
        """What goes on from it, but is not followed.

        Where no step is made of it, a part of one, e.g. a norm's mean; a step of another form, or
        one of several; what reads something else that is not read.
        """
        readers = self._readers.get(id(flow), {}).values()
        for way in readers:
            if (way.names, way.roots) == (flow.names, flow.roots):
                return Unread(self._reading.kinds[way.name], way.name)
        part = None if readers else self._parts.get(id(flow))
        return part or self._beyond.get(id(flow))

    def _ways(self, flow: Flow) -> list[Flow]:
        """Steps that read it and nothing new, and make no vector of maps."""
        found = [
            way
            for way in self._readers.get(id(flow), {}).values()
            if (way.names, way.roots) == (flow.names, flow.roots)
            and len(way.shape) in (2, 4)
            and len(way.shape) >= len(flow.shape)
            and id(way) not in self._untaken
        ]
        parts = {id(value) for way in found for value in self._reading.read[way.name]}
        return [way for way in found if id(way) not in parts]
