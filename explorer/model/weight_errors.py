"""What errors of weights of another shape mean, in TensorFlow's, Keras' and PyTorch's words."""

import re

from explorer.model.error_answer import LIST, Answer, answer, sizes
from explorer.model.graph_weights import of_own_variable
from explorer.model.layer_errors import operands
from explorer.model.shape_designs import Design
from explorer.model.shape_reasons import Reason

_KERAS = re.compile(
    rf"expects shape {LIST}\. Received saved weight with shape {LIST}", re.IGNORECASE
)
# The layer's shape and the one that came, by TensorFlow 1, all Keras, and TensorFlow 2.
_LAYER_FIRST = re.compile(
    rf"lhs shape= ?{LIST} rhs shape= ?{LIST}"
    rf"|layer (?:[\w/-]{{1,120}} )?weight shape {LIST} (?:is )?not compatible with "
    rf"provided weight shape {LIST}"
    rf"|shape of variable [\w/:.]{{1,200}} \({LIST}\) doesn't match with shape of tensor "
    rf"[\w/:.]{{1,200}} \({LIST}\) from checkpoint"
    rf"|has shape {LIST}, but the saved weight has shape {LIST}"
    rf"|variable\.shape={LIST}, Received: value\.shape={LIST}"
    rf"|layer shape {LIST} not compatible with weight shape {LIST}"
    rf"|The variable shape {LIST}, and the assigned value shape {LIST}",
    re.IGNORECASE,
)
_SHARED = re.compile(
    rf"share variable ([\w/:.-]{{1,200}}), but specified shape {LIST} and found shape {LIST}"
)
_FILE_FIRST = re.compile(
    rf"incompatible tensor with shape {LIST} when attempting to restore variable with shape {LIST}",
    re.IGNORECASE,
)
_TORCH = re.compile(
    rf"size mismatch for ([\w.]{{1,120}}): copying a param with shape (?:torch\.Size\()?{LIST}\)? "
    rf"from checkpoint, the shape in current model is (?:torch\.Size\()?{LIST}"
)
_OLD_TORCH = re.compile(
    rf"parameter named ['\"]?([\w.]{{1,120}})['\"]?, whose dimensions in the model are "
    rf"(?:torch\.Size\()?{LIST}\)? and whose dimensions in the checkpoint are "
    rf"(?:torch\.Size\()?{LIST}"
)
_INCOMPATIBLE = re.compile(rf"Shapes {LIST} and {LIST} are (?:incompatible|not compatible)")
_MOST_KERNEL = 15  # of a side: a map of that batch and height is much rarer
_FIRST_LAYER = re.compile(r"\D*0\D*")
_NETWORK = re.compile(r"\bfor (\w{1,80}):")  # "Error(s) in loading state_dict for Generator:"
_DISCRIMINATOR = re.compile(r"(?i:discriminator|critic)|\b(?:[Nn]et_?)?D(?![a-zA-Z])")
_GENERATOR = re.compile(r"(?i:generator)|\b(?:[Nn]et_?)?G(?![a-zA-Z])")
_PICTURE_CHANNELS = (1, 3, 4)
_MOST_CHANNELS = 16  # of a picture; a C beyond it may be a number of filters as well


def read_weights(design: Design, text: str) -> Answer | None:
    """Weights of another shape than the layer's."""
    if found := _KERAS.search(text):
        return _keras(design, sizes(found[1]), sizes(found[2]))
    for pattern, order in ((_LAYER_FIRST, 1), (_FILE_FIRST, -1)):
        if found := pattern.search(text):
            layer, held = [sizes(shape) for shape in found.groups() if shape][::order]
            return _kernels(design, layer, held) if layer != held else None
    if found := _INCOMPATIBLE.search(text):
        layer, held = map(sizes, found.groups())
        return _kernels(design, layer, held) if _are_kernels(layer, held) else None
    operation, shapes = operands(text)
    if operation == "Assign" and len(shapes) == 2 and None not in (*shapes[0], *shapes[1]):
        return _kernels(design, *shapes) if shapes[0] != shapes[1] else None
    if found := _SHARED.search(text):
        return _shared(found[1], sizes(found[2]), sizes(found[3]))
    if found := _TORCH.search(text):
        shapes = sizes(found[2]), sizes(found[3])
    elif found := _OLD_TORCH.search(text):
        shapes = sizes(found[3]), sizes(found[2])
    if found:
        networks = _NETWORK.findall(text[: found.start()])[-1:]
        whose = " ".join([*networks, found[1].replace(".", " ")])
        return _torch(design, found[1], whose, *shapes)
    return None


def _are_kernels(layer: tuple[int, ...], held: tuple[int, ...]) -> bool:
    """Whether two shapes are of kernels: square windows first, or last as in PyTorch's order."""
    if len(layer) != 4 or len(held) != 4 or layer == held or 0 in (*layer, *held):
        return False
    first = layer[0] == layer[1] <= _MOST_KERNEL
    return first and any(a == b <= _MOST_KERNEL for a, b in (held[:2], held[2:]))


def _shared(name: str, asked: tuple[int, ...], there: tuple[int, ...]) -> Answer | None:
    """TensorFlow 1: a second call with reuse asks for a variable in another size."""
    if asked == there:
        return None
    code = "weight_shared_discriminator" if _DISCRIMINATOR.search(name) else "weight_shared"
    return answer(code, name=name, asked=list(asked), there=list(there))


def _keras(design: Design, layer: tuple[int, ...], saved: tuple[int, ...]) -> Answer:
    """Two kernels; whether their last axes are (in, out) or (out, in) is not in the message.

    Keras' loader of old files turns a kernel into its own order before it compares.
    """
    turned = len(layer) == len(saved) == 4 and saved[2:] == layer[:2] != saved[:2]
    held = (*saved[2:], saved[1], saved[0]) if turned else saved
    notes = (Reason("weight_turned", {"saved": list(saved)}),) if turned else ()
    return _kernels(design, layer, held, notes)


def _kernels(
    design: Design,
    layer: tuple[int, ...],
    held: tuple[int, ...],
    notes: tuple[Reason, ...] = (),
) -> Answer:
    """Two variables of a layer; of kernels it says which layer the file's may be of."""
    if own := (_own if design.config else of_own_variable)(design, layer, held):
        return own
    code, params = "weight_other", {"layer": list(layer), "held": list(held)}
    if len(layer) == len(held) == 4 and held[:2] == layer[:2]:
        code, channels = _neighbour(layer[2:], held[2:])
        params["channels"] = channels
    if code == "weight_other":
        code, more = _one_axis(layer, held)
        params |= more
    if code in ("weight_before", "weight_after") and layer[2] * held[3] == layer[3] * held[2]:
        notes = (*notes, Reason("weight_scaled", {"layer": layer[2], "held": held[2]}))
    return Answer(Reason(code, params), notes)


def _one_axis(layer: tuple[int, ...], held: tuple[int, ...]) -> tuple[str, dict[str, int]]:
    """What of a layer is another where its variable differs in one size, or in the window's."""
    differ = [at for at, pair in enumerate(zip(layer, held, strict=False)) if pair[0] != pair[1]]
    code = {(2, (0,)): "weight_reads", (2, (1,)): "weight_gives", (4, (0, 1)): "weight_window"}.get(
        (len(layer), tuple(differ))
    )
    if len(layer) == len(held) == 4 and differ in ([2], [3]):
        code = "weight_depth"
    if not code or len(layer) != len(held):
        return "weight_other", {}
    return code, {"here": layer[differ[0]], "there": held[differ[0]]}


def _own(design: Design, layer: tuple[int, ...], held: tuple[int, ...]) -> Answer | None:
    """Where the layer's is the dense or the last kernel here, and one size of it differs."""
    differ = [at for at, pair in enumerate(zip(layer, held, strict=False)) if pair[0] != pair[1]]
    if len(layer) != len(held) or len(differ) != 1:
        return None
    config, (*_, padded, output) = design.config, design.stages
    params = {"layer": list(layer), "held": list(held)}
    if layer == (config.noise_dim, units := design.base_units):
        if differ == [0]:
            return Answer(Reason("weight_noise", params), values={"noise_dim": held[0]})
        reason = Reason("weight_units", {**params, "units": units, "there": held[1]})
        return Answer(reason, stage=design.units.name, wanted=(None, held[1]))
    side = config.output_kernel
    if layer == (side, side, padded.shape[3], config.C) and differ == [3]:
        reason = Reason("weight_output", {**params, "there": held[3]})
        wanted = (None, *output.shape[1:3], held[3])
        return Answer(reason, stage=output.name, wanted=wanted)
    return None


def _neighbour(layer: tuple[int, ...], held: tuple[int, ...]) -> tuple[str, int]:
    """Which layer a file's kernel may be of, and how many channels join the two."""
    if held == layer[::-1]:
        return "weight_swapped", layer[0]
    if held[0] == layer[1]:
        return "weight_before", layer[1]
    return ("weight_after", layer[0]) if held[1] == layer[0] else ("weight_other", 0)


def _torch(design: Design, name: str, whose: str, saved: tuple, model: tuple) -> Answer:
    """A parameter of another shape; of the first layer, which reads z or pictures, it says more."""
    params = {"name": name, "saved": list(saved), "model": list(model)}
    differ = [at for at, pair in enumerate(zip(saved, model, strict=False)) if pair[0] != pair[1]]
    if len(saved) == len(model) == 2 and not _DISCRIMINATOR.search(whose):
        return _linear(design, name, saved, model)
    if not (_FIRST_LAYER.fullmatch(name) and len(saved) == len(model) == 4 and differ == [0]):
        return answer("mismatch", **params)
    sides = {"name": name, "there": saved[0], "here": model[0]}
    reads_pictures = _reads_pictures(design, whose, saved[1])
    if reads_pictures is None:
        return answer("mismatch", **params)
    if reads_pictures:
        return answer("mismatch_discriminator", **sides, channels=saved[1])
    return _of_latent(design, Reason("mismatch_noise", sides), model[0], saved[0])


def _of_latent(design: Design, reason: Reason, here: int, there: int) -> Answer:
    """Vectors z of another length, if those of the error are as long as here."""
    latent = design.latent
    if not latent or latent.shape[1] != here:
        return Answer(reason)
    if design.config:
        return Answer(reason, values={"noise_dim": there})
    return Answer(reason, stage=latent.name, wanted=(None, there))


def _linear(design: Design, name: str, saved: tuple, model: tuple) -> Answer:
    """PyTorch's Linear keeps [out, in]; this generator's, behind z, is [units, noise_dim]."""
    units, length = design.base_units, design.latent and design.latent.shape[1]
    params = {"name": name, "saved": list(saved), "model": list(model)}
    if units and model == (units, length) and saved[0] == units:
        reason = Reason("mismatch_noise", {"name": name, "there": saved[1], "here": model[1]})
        return _of_latent(design, reason, model[1], saved[1])
    if design.config and model == (units, length) and saved[1] == length:
        reason = Reason("mismatch_units", {**params, "there": saved[0], "units": units})
        return Answer(reason, stage=design.units.name, wanted=(None, saved[0]))
    return answer("mismatch_linear", **params)


def _reads_pictures(design: Design, whose: str, channels: int) -> bool | None:
    """Whether a first layer is a discriminator's; None where nothing tells.

    PyTorch's Conv2d keeps [out, in, height, width], its ConvTranspose2d [in, out, height, width]:
    the second size is the pictures' channels in a discriminator, and filters in a generator.
    """
    if _DISCRIMINATOR.search(whose):
        return True
    if _GENERATOR.search(whose):
        return False
    own = design.output.shape[-1]
    if channels == own > _MOST_CHANNELS:
        return None
    return channels in (*_PICTURE_CHANNELS, own)
