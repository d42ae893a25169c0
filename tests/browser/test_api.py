"""The API through Gradio's own client: the numbers of `explorer.trace`, messages for mistakes."""

import base64

import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from explorer.link import write_link
from explorer.model.stages import stages
from explorer.schema import read_state
from explorer.views.ledger import as_markdown, totals
from tests.browser.truth import assert_same, config_of, stages_of
from tests.support.each import each
from tests.support.http_calls import ask, post_json

STATE = {"kernel_size": 4, "upsample_dim": 64, "z_seed": 7, "batch_size": 2, "C": 5}


@pytest.fixture(scope="module")
def client(server):
    return Client(server.url, verbose=False)


def test_describe_tells_shapes_statistics_and_link(client):
    answer = client.predict(STATE, api_name="/describe")
    plan = stages(config_of(STATE), 2)
    assert answer["link"] == write_link(read_state(STATE))
    assert [(row["name"], tuple(row["shape"])) for row in answer["stages"]] == [
        (stage.name, stage.shape) for stage in plan
    ]
    assert answer["markdown"] == as_markdown(plan)
    assert totals(plan).items() <= answer["totals"].items()
    assert answer["device"] == "CPU:0"
    expected = stages_of(STATE)
    for row in answer["stages"]:
        values = expected[row["name"]][0].astype(np.float64)
        assert row["statistics"]["mean"] == pytest.approx(values.mean(), abs=1e-6)
        assert row["statistics"]["std"] == pytest.approx(values.std(), rel=1e-4)


@each("stage", ["z", "upsample2/actv"])
def test_feature_map_gives_the_numbers(client, stage):
    answer = client.predict(STATE, stage, api_name="/feature_map")
    expected = stages_of(STATE)[stage]
    assert answer["stage"] == stage
    assert answer["shape"] == list(expected.shape)
    assert_same(np.array(answer["values"], np.float32), expected)


LARGE = {"batch_size": 32, "upsample_dim": 64}  # of half a million values


def test_a_large_feature_map_comes_as_one_text(client):
    answer = client.predict(LARGE, "upsample3/conv2d_transpose", "base64", api_name="/feature_map")
    expected = stages_of(LARGE)["upsample3/conv2d_transpose"]
    assert answer["shape"] == list(expected.shape)
    values = np.frombuffer(base64.b64decode(answer["values"]), "<f4").reshape(answer["shape"])
    assert values.size > 100_000
    assert_same(values, expected)


def test_both_ways_to_send_values_say_the_same(client):
    lists = client.predict(STATE, "z", api_name="/feature_map")
    text = client.predict(STATE, "z", encoding="base64", api_name="/feature_map")
    values = np.frombuffer(base64.b64decode(text["values"]), "<f4").reshape(text["shape"])
    assert_same(np.array(lists["values"], np.float32), values)


@each("arguments", [["z"], ["z", "list"], ["z", "base64"]])
def test_a_call_without_gradios_client_may_leave_the_encoding_out(server, arguments):
    begun = post_json(server.url, "gradio_api/call/feature_map", {"data": [STATE, *arguments]})
    events = ask(server.url, f"gradio_api/call/feature_map/{begun.json['event_id']}").body
    assert events.startswith(b"event: complete")
    assert b'"shape": [2, 128]' in events


def test_open_link_reads_a_link(client):
    answer = client.predict("http://x/#kernel_size=4&C=abc", api_name="/open_link")
    assert answer["state"]["kernel_size"] == 4
    assert len(answer["messages"]) == 1
    assert "C must be a number" in answer["messages"][0]


def test_read_vector_goes_into_a_state(client):
    answer = client.predict("1, 2, -3.5", api_name="/read_vector")
    assert answer["shape"] == [1, 3]
    state = {"noise_dim": 3, "z_data": answer["z_data"], "upsample_dim": 16}
    z = client.predict(state, "z", api_name="/feature_map")
    assert z["values"] == [[1, 2, -3.5]]


def test_a_selection_that_is_not_there_is_told(client):
    answer = client.predict({"item": 5, "batch_size": 2}, api_name="/describe")
    assert answer["state"]["item"] == 1
    (message,) = answer["messages"]
    assert message.startswith("item: ")
    assert "“5”; 1 is shown" in message


BAD = {
    "out of range": ("/describe", ({"kernel_size": 99},), "kernel_size = 99"),
    "unknown field": ("/describe", ({"colour": 1},), "colour"),
    "not an object": ("/describe", ([1, 2],), "object"),
    "no such stage": ("/feature_map", ({}, "fc9"), "fc9"),
    "stage of a wrong type": ("/feature_map", ({}, 5), "stage"),
    "too large": (
        "/feature_map",
        ({"batch_size": 64, "upsample_dim": 64}, "upsample3/actv", "base64"),
        "1,000,000",
    ),
    "too large for lists": ("/feature_map", (LARGE, "upsample3/actv"), "25,000(.|\n)*base64"),
    "no such encoding": ("/feature_map", ({}, "z", "hex"), "list, base64"),
    "bad vector": ("/read_vector", ("1, two",), "two"),
    "too many bytes": ("/describe", ({"upsample_dim": 4096},), "MiB"),
    "bad z_data": ("/describe", ({"z_data": "x"},), "z_data"),
    "several": ("/describe", ({"kernel_size": 99, "C": 0},), "kernel_size = 99(.|\n)*C = 0"),
    "weights that were set aside": (
        "/feature_map",
        ({"weights": "trained", "carry": "untrained"}, "z"),
        "set aside",
    ),
    "weights that are gone": ("/describe", ({"weights": f"file:{'0' * 32}"},), "no longer"),
    "no device": ("/describe", ({"device": "TPU:0"},), "TPU:0"),
}


@each(("name", "arguments", "word"), BAD)
def test_a_mistake_gets_a_message(client, name, arguments, word):
    with pytest.raises(AppError, match=word):
        client.predict(*arguments, api_name=name)


@each("link", ["", "#", "%", "a" * 5000, "kernel_size=99"])
def test_any_link_is_answered(client, link):
    answer = client.predict(link, api_name="/open_link")
    assert answer["state"]["kernel_size"] == 5


@each("value", [5, None, ["a"], {"a": 1}])
@each("name", ["/open_link", "/read_vector"])
def test_text_of_a_wrong_type_is_no_crash(client, name, value):
    try:
        answer = client.predict(value, api_name=name)
    except AppError as error:
        assert "NoneType" not in str(error)  # noqa: PT017
        assert "attribute" not in str(error)  # noqa: PT017
    else:
        assert set(answer) & {"state", "z_data"}
