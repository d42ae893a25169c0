"""Which layer of this generator an error's layer is, and which of its inputs an error's input."""

from explorer.model.expected_shape import fits
from explorer.model.graph import Stage
from explorer.model.layer_errors import Mismatch
from explorer.model.shape_designs import Design


def own_layer(design: Design, found: Mismatch) -> Stage | None:
    """The one that has the layer's kernel, or else its name, and reads maps of the same depth."""
    reading = [stage for stage in design.stages if _reads_alike(stage, found)]
    if found.kernel:
        named = [s for s in reading if found.kernel in [weight.shape for weight in s.weights]]
    else:
        named = [s for s in reading if found.name in (s.name, s.name.rpartition("/")[2])]
    return named[0] if len(named) == 1 else None


def _reads_alike(stage: Stage, found: Mismatch) -> bool:
    is_layer = len(stage.sources) == 1 and len(stage.weights) > 0
    reads = found.reads[1:] if found.whole else (None, None, found.reads[-1])
    return is_layer and len(stage.input_shape) == 4 and fits(stage.input_shape[1:], reads)


def own_input(design: Design, found: Mismatch) -> Stage | None:
    """The one input that the model of an error was built for."""
    fitting = [s for s in design.stages if s.is_input and fits(s.shape[1:], found.reads[1:])]
    return fitting[0] if len(fitting) == 1 else None
