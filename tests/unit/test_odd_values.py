"""Whatever stands where a value should be: a refusal in words, quickly, or a sound view."""

import io
import json
import time
from urllib.parse import quote as percent_encoded

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from explorer import (
    ExplorerError,
    GeneratorConfig,
    diagnose,
    explain,
    init_weights,
    load_weights,
    pad_index_map,
    save_weights,
    trace,
)
from explorer.cells import parse_cell, parse_trail
from explorer.errors import quote
from explorer.link import MAX_LINK, MOST_PARTS, read_link, write_link
from explorer.model.config import CONFIG_FIELDS, check_paddings
from explorer.model.files.naming import by_variable, has_ema
from explorer.model.latent import decode_rows, draw_z, parse_edits, read_z
from explorer.model.pad_lab import typed_tensor
from explorer.model.weight_store import check_source
from explorer.schema import FIELDS, State, read_state
from explorer.ui.api import describe, feature_map, open_link, read_vector
from explorer.views.shape_debugger import diagnosis_view
from tests.support.each import each
from tests.support.examples import examples
from tests.unit.odd_values import OTHERS, TEXTS, VALUES, any_text, check_error, told

SMALL = GeneratorConfig(noise_dim=4, upsample_dim=8)
SMALL_WEIGHTS = init_weights(SMALL)
NAMES = tuple(FIELDS)
each_value = each("value", VALUES)
each_text = each("text", TEXTS)


def check_view(state: State):
    """Fails unless a state that was accepted can be sent and opened again."""
    sent = json.dumps(state.as_dict(), allow_nan=False, ensure_ascii=False).encode()
    assert told(read_state, json.loads(sent)).as_dict() == state.as_dict()
    link = write_link(state)
    link.encode("ascii")
    if len(link) <= MAX_LINK:
        assert read_link(link)[0].as_dict() == state.as_dict()
    assert state.z.dtype == np.float32


@each_value
def test_any_value_is_shown_on_a_short_line(value):
    shown = quote(value)
    assert shown.isprintable()
    assert len(shown) <= 40
    check_error(ExplorerError("not_text", "stage", value=shown))
    assert str(ExplorerError("not_text", "stage", value=value)).isprintable()


@each_value
def test_any_value_of_a_field_is_taken_or_refused_in_words(value):
    for name in NAMES:
        told(FIELDS[name].check if name in FIELDS else check_paddings, value)
        state = told(read_state, {name: value})
        if isinstance(state, State):
            check_view(state)
            told(diagnosis_view, state)
        else:
            assert name in str(state)


@each_value
def test_any_value_of_a_configuration_is_taken_or_refused_in_words(value):
    for name in CONFIG_FIELDS:
        told(lambda name=name: GeneratorConfig(**{name: value}))


@each_value
def test_any_value_of_the_other_functions_is_taken_or_refused_in_words(value):
    told(read_state, value)
    told(draw_z, value)
    told(draw_z, 0, value)
    told(draw_z, 0, 1, value)
    told(init_weights, GeneratorConfig(upsample_dim=8), value)
    for expected in (value, [value, 1], (1, value, 64, 3), {"z": value}, {"z": [1, value]}):
        told(diagnose, GeneratorConfig(), expected)


@each_value
def test_any_value_of_the_functions_that_compute_is_taken_or_refused_in_words(value):
    z = draw_z(0, 1, SMALL.noise_dim)
    name = "noise_generator/fc1/dense/kernel"
    for config in (value, SMALL):
        told(trace, config, SMALL_WEIGHTS, z)
        told(explain, config, SMALL_WEIGHTS, z, "fc1/dense", value)
        told(diagnose, config, (1, 64, 64, 3), value)
        told(init_weights, config)
    for weights in (value, SMALL_WEIGHTS | {name: value}):
        told(trace, SMALL, weights, z)
    told(trace, SMALL, SMALL_WEIGHTS, value)
    told(trace, SMALL, SMALL_WEIGHTS, z, value)
    told(explain, SMALL, SMALL_WEIGHTS, z, value, (0, 0))
    told(explain, SMALL, SMALL_WEIGHTS, z, "fc1/dense", (0, value))


@each_value
def test_any_value_of_a_pad_is_taken_or_refused_in_words(value):
    for arguments in (
        (value, [(1, 1)], "REFLECT"),
        ((value,), [(1, 1)], "REFLECT"),
        ((3,), value, "REFLECT"),
        ((3,), [value], "REFLECT"),
        ((3,), [(value, 1)], "REFLECT"),
        ((3,), [(1, 1)], value),
    ):
        told(pad_index_map, *arguments)


@each_value
def test_any_value_of_a_path_is_taken_or_refused_in_words(value, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # some of them are names
    told(load_weights, value)
    told(load_weights, tmp_path / "none.npz", value)
    told(save_weights, value, SMALL, SMALL_WEIGHTS)
    told(save_weights, tmp_path / "w.npz", value, SMALL_WEIGHTS)
    told(save_weights, tmp_path / "w.npz", SMALL, value)
    assert not list(tmp_path.rglob("*.npz"))


@each_value
def test_any_value_of_an_endpoint_is_taken_or_refused_in_words(value):
    for call in (describe, open_link, read_vector):
        told(call, value)
    told(feature_map, {}, value)
    told(feature_map, value, "z")


@each_text
def test_any_name_is_taken_or_refused_in_words(text):
    told(read_state, {text: 1})
    told(diagnose, GeneratorConfig(), {text: (1, 2)})
    told(read_z, b"1 2", f"a.{text}")
    arrays = {text: np.ones(1), f"{text}/fc1/dense/kernel{text}": np.ones(1)}
    told(by_variable, arrays | {f"{text}/vars/0": np.ones((2, 2))}, False)
    told(has_ema, arrays)


@each_text
def test_any_text_of_a_link_is_taken_or_refused_in_words(text):
    for read in (parse_cell, parse_trail, parse_edits, decode_rows, check_paddings, check_source):
        told(read, text)


def refusals_of_link(link: str) -> list[ExplorerError]:
    state, errors = told(read_link, link)
    for error in errors:
        check_error(error)
    check_view(state)
    return errors


@each_text
def test_any_text_in_a_link_is_taken_or_left_out_in_words(text):
    refusals_of_link(text)
    refusals_of_link("&".join(f"{name}={text}" for name in NAMES))
    encoded = percent_encoded(text, errors="surrogatepass")
    for name in NAMES:
        refusals_of_link(f"{name}={encoded}")
    refusals_of_link(f"{encoded}={encoded}&C={encoded}&C={encoded}")


@each("part", ["a=1", "z_see=1", "z_seed=1", "C", "%ED%A0%80=1", "=", "\ud800"])
def test_a_link_of_too_many_parts_is_read_in_part(part):
    errors = refusals_of_link("&".join(["C=4"] + [part] * (MAX_LINK // 20)))
    assert errors[0].code == "link_parts"
    assert len(errors) <= 10
    assert (errors[-1].code == "link_more") == (len(errors) > 8)


def test_of_parts_that_cannot_be_read_some_are_told_and_the_rest_counted():
    bad = [f"npeetbiodlsa_{at}=1" for at in range(MOST_PARTS - 1)]
    start = time.thread_time()
    state, errors = read_link("&".join([*bad, "C=4"]))
    assert time.thread_time() - start < 0.03  # 0.07 s where a like name is looked for each time
    assert state.config.C == 4
    assert [error.code for error in errors] == ["unknown_field"] * 8 + ["link_more"]
    assert errors[-1].params["found"] == len(bad) - 8


def test_a_link_may_have_every_field():
    link = "&".join(f"{name}={percent_encoded(str(State().as_dict()[name]))}" for name in NAMES)
    assert refusals_of_link(link) == []


@each_text
def test_any_text_of_z_is_read_or_refused_in_words(text):
    for name in ("", "z.csv", "z.txt", "z.json", "z.npy"):
        told(read_z, text.encode(errors="surrogatepass"), name)
        told(read_z, json.dumps([text, 1]).encode(), name)
        told(read_z, json.dumps(text).encode(), name)


@each_text
def test_any_text_of_a_tensor_is_read_or_refused_in_words(text):
    told(typed_tensor, text)
    told(typed_tensor, json.dumps([[text]]))


@each("value", OTHERS)
def test_what_is_no_text_is_no_tensor(value):
    told(typed_tensor, value)


def npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.ones((2, 3), np.float32))
    return buffer.getvalue()


@examples(500)
@given(
    st.integers(0, 60), st.binary(min_size=1, max_size=4), st.sampled_from(["npy", "json", "txt"])
)
def test_any_bytes_of_z_are_read_or_refused_in_words(at, bytes_, ending):
    data = npy()
    told(read_z, data[:at] + bytes_ + data[at + len(bytes_) :], f"z.{ending}")
    told(read_z, bytes_, f"z.{ending}")


@examples(500)
@given(st.sampled_from(NAMES), any_text)
def test_random_text_of_a_field_is_taken_or_refused_in_words(name, text):
    state = told(read_state, {name: text})
    if isinstance(state, State):
        check_view(state)
    refusals_of_link(f"{name}={percent_encoded(text, errors='surrogatepass')}")


@examples(500)
@given(any_text)
def test_random_text_is_read_or_refused_in_words(text):
    refusals_of_link(text)
    told(read_z, text.encode(errors="surrogatepass"))
    told(read_z, b"1", f"z.{text}")
    told(typed_tensor, text)
    told(read_state, {text: text})
    shown = quote(text)
    assert shown.isprintable()
    assert len(shown) <= 40
