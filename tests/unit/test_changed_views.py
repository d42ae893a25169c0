"""A generator with changed stages on the page: its view, its weights in words, and its bounds."""

from collections import Counter
from types import SimpleNamespace

import pytest

from explorer import ExplorerError
from explorer.link import read_link, write_link
from explorer.model.memory import memory
from explorer.model.ops import OPS
from explorer.schema import read_state
from explorer.ui.stage_arguments import MOST
from explorer.views.changes import changeable_view, changes_view
from explorer.views.drawing import Drawing
from explorer.views.load import view_load
from explorer.views.page import draw_page
from explorer.views.parts import shown_parts
from explorer.views.weights import weights_view
from tests.support.each import each

UP1 = "upsample1/conv2d_transpose"
SMALL = {"noise_dim": 8, "upsample_dim": 16, "stage": UP1}
TRAINED = {"weights": "trained", "upsample_dim": 64, "noise_dim": 128, "stage": UP1}


def state_of(changes: str, base: dict = SMALL):
    return read_state(base | {"changes": changes})


def rows_of(state) -> dict:
    told = changeable_view(state, Drawing(state, None).focused)
    return {row["name"]: row for row in told["arguments"]}


def test_a_link_holds_the_changes_and_opens_them_again():
    state = state_of(f"{UP1}:kernel_size:4,3~conv_out/conv2d:activation:tanh")
    again, messages = read_link(write_link(state))
    assert (again, messages) == (state, [])
    assert again.plan[-1].name == "conv_out/conv2d/activation"
    assert {"maps", "output", "shapes"} <= set(state.pages)


def test_output_padding_goes_up_to_the_stride_of_its_axis():
    rows = rows_of(state_of(f"{UP1}:strides:3,1"))
    assert rows["output_padding"]["tops"] == (2, 0)
    # What is changed before the stride goes by the stride that comes after it.
    assert state_of(f"{UP1}:output_padding:2,3~{UP1}:strides:3,4").plan


def test_a_link_whose_changes_do_not_fit_opens_without_them():
    state, messages = read_link(f"upsample_dim=16&changes=fc1/dense:units:7&stage={UP1}")
    assert (state.changes, state.config.upsample_dim) == ("", 16)
    assert messages[0].code == "change_misfit"


@each(
    ("changes", "code"),
    [
        (f"{UP1}:filters:8192~{UP1}:kernel_size:64", "too_many_bytes"),
        ("~".join(f"upsample{at}/conv2d_transpose:strides:16" for at in (1, 2, 3)), None),
        ("upsample9/conv2d_transpose:filters:3", "change_no_stage"),
    ],
)
def test_what_is_too_large_or_not_there_is_refused_before_anything_runs(changes, code):
    with pytest.raises(ExplorerError) as caught:
        state_of(changes, SMALL | {"upsample_dim": 512})
    assert code in (None, caught.value.code)


def test_every_part_of_a_changed_view_is_drawn_and_counted():
    for changes in (f"{UP1}:swap:upsampling2d", "upsample2/conv2d_transpose:filters:5"):
        for page in state_of(changes).pages:
            state = state_of(changes, SMALL | {"page": page, "cell": "0,1,2,3", "kernels": "true"})
            origin = state.find_origin()
            assert draw_page(state, origin)
            plain = read_state(SMALL | {"page": page, "cell": "0,1,2,3", "kernels": "true"})
            names = shown_parts(plain)
            changed, usual = (view_load(each, origin, names) for each in (state, plain))
            assert changed.bytes > usual.bytes


def test_weights_are_made_once_and_what_stays_is_shared():
    state = state_of(f"{UP1}:filters:9")
    first, again = (Drawing(state, state.find_origin()).run for _ in range(2))
    assert first is again
    plain = read_state(SMALL)
    before = Drawing(plain, plain.find_origin()).run.weights
    kept = [name for name, value in first.weights.items() if value is before[name]]
    assert "noise_generator/fc1/dense/kernel" in kept
    assert f"noise_generator/{UP1}/kernel" not in kept
    assert memory.find(state.changed.key) is state.changed


def test_what_was_done_to_the_weights_is_told():
    state = state_of(f"{UP1}:kernel_size:7", TRAINED)
    view = weights_view(state, state.find_origin())
    assert (view["status"], view["shown"]) == ("ok", "trained")
    assert [step["code"] for step in view["steps"]] == ["stages_changed"]
    assert [step["code"] for step in view["details"]] == ["stage_taps_more"]
    state = state_of(f"{UP1}:filters:40~{UP1}:kernel_size:4,7", TRAINED)
    told = weights_view(state, state.find_origin())["details"]
    assert [(step["code"], step["layers"]) for step in told] == [
        ("stage_taps_mixed", UP1),
        ("stage_outputs_more", f"{UP1}, upsample1/batch_normalization"),
        ("stage_inputs_more", "upsample2/conv2d_transpose"),
    ]
    strides = state_of(f"{UP1}:strides:4")
    told = weights_view(strides, strides.find_origin())["steps"]
    assert [step["code"] for step in told] == ["stages_changed", "stages_kept"]


def test_rows_tell_what_is_and_what_was_and_lead_back():
    state = state_of(f"{UP1}:filters:9~{UP1}:kernel_size:4,3")
    rows = rows_of(state)
    kernel = rows["kernel_size"]
    assert (kernel["value"], kernel["usual"]) == ("4,3", "5,5")
    assert kernel["without"] == f"{UP1}:filters:9"
    assert kernel["others"] == f"{UP1}:filters:9~{UP1}:kernel_size:"
    assert (rows["activation"]["value"], rows["swap"]["usual"]) == ("linear", "conv2d_transpose")
    one, other = changes_view(state)
    assert (one["was"], one["without"]) == ("8", f"{UP1}:kernel_size:4,3")
    assert (other["was"], other["without"]) == ("5,5", f"{UP1}:filters:9")


def test_what_fits_with_a_change_alone_is_taken_back_with_it():
    units, sizes = "fc1/dense:units:640", "fc1/reshape:sizes:4,8,20"
    other = f"{UP1}:kernel_size:4,3"
    rows = changes_view(state_of(f"{units}~{other}~{sizes}"))
    assert [row["without"] for row in rows] == [other, f"{units}~{sizes}", other]
    along = [(each["stage"], each["argument"]) for row in rows for each in row["along"]]
    assert along == [("fc1/reshape", "sizes"), ("fc1/dense", "units")]


def test_all_changes_of_a_stage_have_a_way_back():
    state = state_of(f"{UP1}:filters:9~conv_out/conv2d:filters:4~{UP1}:strides:3")
    assert changeable_view(state, state.plan[5])["without"] == "conv_out/conv2d:filters:4"
    assert changeable_view(state, state.plan[1])["without"] is None


def test_there_are_controls_for_every_argument_of_every_operation():
    """The page has so many of each kind; more would be lost without a word."""
    most = {"strides": (2, 2), "output_size": (4, 4), "function": "leaky_relu", "is_label": False}
    for op in OPS.values():
        held = Counter(each.entry for each in op.changeable.fget(SimpleNamespace(**most)))
        assert all(count <= MOST[entry] for entry, count in held.items())


def test_arguments_that_came_with_a_swap_are_no_changes_of_their_own():
    state = state_of(f"{UP1}:swap:upsampling2d~{UP1}:dilation:2,2")
    rows = rows_of(state)
    assert (rows["strides"]["value"], rows["strides"]["usual"]) == ("1,1", "1,1")
    assert (rows["dilation"]["value"], rows["dilation"]["usual"]) == ("2,2", "")
