"""The link form: every state survives it, and every link, however damaged, opens a state."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from explorer import ExplorerError
from explorer.link import MAX_LINK, read_link, write_link
from explorer.model.latent import encode_rows
from explorer.schema import FIELDS, State, read_state
from tests.support.each import each
from tests.support.examples import examples
from tests.unit.samples import raw_states


def check_usable(state: State):
    """Fails unless the state gives z, and a link that opens as the same state."""
    assert isinstance(state, State)
    assert state.z.shape == (state["batch_size"], state.config.noise_dim)
    assert read_link(write_link(state)) == (state, [])


def codes(errors: list[ExplorerError]) -> list[str]:
    return [error.code for error in errors]


@examples(100)
@given(raw_states())
def test_a_state_survives_its_link(raw):
    state = read_state(raw)
    again, errors = read_link(write_link(state))
    assert errors == []
    assert again == state
    assert again.as_dict() == state.as_dict()
    assert write_link(again) == write_link(state)
    assert np.array_equal(again.z, state.z)


def test_the_check_of_a_usable_state_notices_one_that_is_not():
    broken = replace(State(), batch_size=65)
    with pytest.raises((AssertionError, ExplorerError)):
        check_usable(broken)


def test_the_original_generator_has_a_link_of_its_own():
    assert write_link(State()) == "weights=untrained"
    assert read_link("weights=untrained") == (State(), [])


def test_no_link_opens_the_trained_generator_and_a_link_leads_back_to_it():
    for text in ("", "#", "?", "&&", "#&"):
        state, errors = read_link(text)
        assert (state["weights"], state.config.upsample_dim, errors) == ("trained", 64, [])
        assert read_link(write_link(state)) == (state, [])


def test_only_what_differs_is_in_the_link():
    raw = {"C": 4, "training": True, "paddings": "0,0,1,2,3,4,0,0", "z_edits": "0.1:2", "z_seed": 0}
    link = write_link(read_state(raw))
    assert link == "C=4&training=true&paddings=0,0,1,2,3,4,0,0&z_edits=0.1:2"


def test_a_leading_hash_or_question_mark_is_passed_over():
    for prefix in ("#", "?", "#?"):
        state, errors = read_link(f"{prefix}C=4&stage=fc1/dense")
        assert (state.config.C, state["stage"], errors) == (4, "fc1/dense", [])


def test_percent_and_plus_are_decoded():
    assert read_link("z_edits=0.1%3A2%2C0.2:%2B3")[0]["z_edits"] == "0.1:2,0.2:+3"
    assert read_link("stage=fc1%2Fdense")[0]["stage"] == "fc1/dense"


MALFORMED = [
    ("C", "link_damaged"),
    ("=", "unknown_field"),
    ("=3", "unknown_field"),
    ("%", "link_damaged"),
    ("C%3D3", "link_damaged"),
    ("c=3", "unknown_field"),
    ("__class__=3", "unknown_field"),
    ("<script>=1", "unknown_field"),
    ("%ff%fe=1", "unknown_field"),
    ("C=", "not_a_number"),
    ("C=x", "not_a_number"),
    ("C=3=4", "not_a_number"),
    ("C=nan", "not_a_number"),
    ("C=1e999", "not_a_number"),
    ("C=%ff", "not_a_number"),
    ("C=0", "out_of_range"),
    ("C=1e300", "out_of_range"),
    ("C=2.5", "not_whole"),
    ("actv=swish", "not_a_choice"),
    ("training=perhaps", "not_a_choice"),
    ("paddings=", "not_four_pairs"),
    ("paddings=1,2,3", "not_four_pairs"),
    ("paddings=a,b,c,d,e,f,g,h", "bad_pads"),
    ("paddings=0,0,3,3,3,3,0,-1", "bad_pads"),
    ("z_scale=-1", "out_of_range"),
    ("z_data=x", "z_data_damaged"),
    ("z_data=0.1.AACAfw", "z_not_finite"),
    ("z_data=" + "9" * 5000 + ".1.AACAPw", "z_data_damaged"),
    ("z_data=0." + "9" * 30 + ".AACAPw", "z_data_damaged"),
    ("z_edits=0.0:inf", "z_edit_damaged"),
    ("z_edits=%00", "z_edit_damaged"),
    ("stage=fc9/dense", "no_such_stage"),
]
TOGETHER = [
    ("upsample_dim=4", "no_channels_left"),
    ("paddings=0,1,3,3,3,3,0,0", "pad_too_large"),
    ("output_kernel=31&base_height=1", "kernel_exceeds_map"),
    ("device=a %26 b%3Dc %23%25ü", "no_such_device"),
]
TOO_LARGE = [
    ("upsample_dim=4096&noise_dim=4096", "too_many_bytes"),
    ("upsample_dim=512&kernel_size=31", "too_many_macs"),
    ("base_height=128&base_width=128&upsample_dim=64&kernel_size=1", "maps_too_large"),
]


@each(("text", "code"), MALFORMED + TOO_LARGE)
def test_a_malformed_link_says_why_and_opens_a_usable_state(text, code):
    state, errors = read_link(text)
    assert codes(errors) == [code]
    check_usable(state)
    assert state == read_link("")[0]  # as an address without a link


@each(("text", "code"), MALFORMED)
def test_the_sound_part_of_a_malformed_link_is_kept(text, code):
    state, errors = read_link(f"base_width=5&{text}&z_seed=9")
    assert codes(errors) == [code]
    assert (state.config.base_width, state["z_seed"]) == (5, 9)
    check_usable(state)


@each(("text", "code"), TOGETHER)
def test_the_field_at_fault_among_sound_ones_is_left_out(text, code):
    state, errors = read_link(f"z_seed=9&{text}&nothing")
    assert codes(errors) == ["link_damaged", code]
    assert state["z_seed"] == 9
    at_fault = errors[-1].field
    assert state.as_dict()[at_fault] == State().as_dict()[at_fault]
    check_usable(state)


@each(("text", "code"), TOO_LARGE)
def test_a_generator_that_is_too_large_is_left_out_and_the_rest_opens(text, code):
    state, errors = read_link(f"z_seed=9&{text}&nothing&page=shapes")
    assert codes(errors) == ["link_damaged", code, "link_structure"]
    assert state == read_link("z_seed=9&page=shapes")[0]


@each(("text", "code"), TOO_LARGE)
def test_a_link_of_nothing_else_opens_as_an_address_without_one(text, code):
    state, errors = read_link(text)
    assert codes(errors) == [code]
    assert state == read_link("")[0]


def test_every_damage_has_an_error_of_its_own():
    state, errors = read_link("C=0&actv=swish&nothing&who=me&noise_dim=64")
    assert codes(errors) == ["out_of_range", "not_a_choice", "link_damaged", "unknown_field"]
    assert [error.field for error in errors] == ["C", "actv", None, None]
    assert state.config.noise_dim == 64


def test_of_a_field_given_twice_the_first_counts_and_it_is_said():
    state, errors = read_link("C=4&C=5")
    assert (state.config.C, codes(errors)) == (4, ["link_twice"])
    assert "4" in str(errors[0])


@each(
    ("link", "field", "shown"),
    [
        ("stage=conv_out/conv2d&cell=0,99,3,1", "cell", "0,31,3,1"),
        ("stage=upsample9/actv", "stage", "upsample3/actv"),
        ("item=3", "item", "0"),
        ("channel=999", "channel", "127"),
        ("noise_dim=8&z_dim=9", "z_dim", "7"),
        ("page=overlap&block=6", "block", "3"),
    ],
)
def test_a_selection_that_the_generator_does_not_have_is_moved_and_said(link, field, shown):
    state, errors = read_link(link)
    assert (codes(errors), errors[0].field) == (["selection_moved"], field)
    assert shown in str(errors[0])
    assert read_link(write_link(state))[1] == []


def test_a_cell_of_another_rank_is_left_out_and_said():
    state, errors = read_link("stage=fc1/dense&cell=0,1,2,3")
    assert codes(errors) == ["selection_gone"]
    assert state["cell"] == ""


def test_an_unknown_field_names_those_that_are_like_it():
    _, (error,) = read_link("kernelsize=3")
    assert "kernel_size" in str(error)
    assert len(str(error)) < 120


def test_a_link_that_is_too_long_opens_the_defaults():
    state, errors = read_link("z_seed=1&" + "C" * MAX_LINK)
    assert codes(errors) == ["link_too_long"]
    assert f"up to {MAX_LINK}" in str(errors[0])
    assert state == read_link("")[0]  # as an address without a link


def test_a_whole_batch_of_the_longest_default_vectors_fits_into_a_link():
    rows = np.random.RandomState(0).randn(64, 128)
    link = write_link(read_state({"batch_size": 64, "z_data": encode_rows(rows)}))
    assert len(link) < MAX_LINK / 8
    assert read_link(link)[1] == []


NAMES = st.sampled_from([*FIELDS])
PIECES = st.one_of(
    st.text(max_size=12),
    st.tuples(NAMES, st.text(max_size=12)).map("=".join),
    st.tuples(NAMES, st.from_regex(r"[0-9.,:~%a-fA-F+\-]{0,20}", fullmatch=True)).map("=".join),
    st.tuples(NAMES, st.integers(-5, 5000).map(str)).map("=".join),
    st.text(st.characters(), max_size=6),
)


@examples(500)
@given(st.lists(PIECES, max_size=5).map("&".join))
@example("z_data=0.1.")
@example("z_data=0.99999999999999999999.AAAA")
@example("z_scale=1000&z_edits=0.0:3e38")
@example("device=\ud800")
@example("\ud800=\udfff")
def test_no_link_ever_raises(text):
    state, errors = read_link(text)
    check_usable(state)
    for error in errors:
        assert isinstance(error, ExplorerError)
        assert len(str(error)) < 2000
