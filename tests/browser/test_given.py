"""What is given to stages: a picture to an input, and what a layer gave that is not known here."""

import io

import keras
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.test_weight_files import open_files
from tests.browser.truth import assert_same
from tests.support.keras_models import MODELS, draw_weights


@keras.saving.register_keras_serializable("theirs")
class Mixing(keras.layers.Layer):
    """A layer of somebody's own."""

    def call(self, x):
        """Each map less the next one."""
        return x - keras.ops.roll(x, 1, axis=-1)


@pytest.fixture(scope="module")
def theirs():
    """A model with a layer that is not known."""
    lay = keras.layers
    picture = lay.Input((6, 5, 3), name="picture")
    mixed = Mixing(name="mixing")(lay.Conv2D(4, 3, padding="same", name="first")(picture))
    model = keras.Model(picture, lay.Conv2D(1, 3, name="last")(mixed))
    draw_weights(model)
    return model


def give(live, name: str, data: bytes, kind: str = "application/octet-stream"):
    """A file for the stage in focus, which its own button asks for."""

    def choose():
        with live.page.expect_file_chooser() as chooser:
            live.page.locator(".stage-words button:visible").first.click()
        file = {"name": name, "mimeType": kind, "buffer": data}
        chooser.value.set_files([file])

    return live.act(choose)


def test_a_picture_goes_in_and_an_unknown_layer_is_shown_once_its_array_is_given(
    live, theirs, tmp_path
):
    theirs.save(tmp_path / "theirs.keras")
    colors = np.random.RandomState(2).randint(0, 256, (6, 5, 3)).astype(np.uint8)
    encoded, numbers = io.BytesIO(), io.BytesIO()
    Image.fromarray(colors).save(encoded, "PNG")
    given = colors[None].astype(np.float32) / 127.5 - 1
    np.save(numbers, keras.Model(theirs.input, theirs.get_layer("mixing").output)(given))
    open_files(live, tmp_path / "theirs.keras")
    expect(live.page.locator(".image-card")).to_be_disabled()
    expect(live.page.locator(".card[data-stage=mixing] .op")).to_have_text("Mixing")
    live.act(lambda: live.page.click(".card[data-stage=picture]"))
    give(live, "me.png", encoded.getvalue())
    live.act(lambda: live.page.click(".card[data-stage=mixing]"))
    expect(live.page.locator("#page-output-button")).to_be_hidden()
    give(live, "mixing.npy", numbers.getvalue())
    live.act(lambda: live.page.click(".card[data-stage=last]"))
    assert_same(live.values(), np.asarray(theirs(given))[0, :, :, 0])
    # Of another picture, or of noise, nobody knows what the layer would give.
    live.act(lambda: live.page.click(".card[data-stage=picture]"))
    live.act(lambda: live.page.locator(".stage-words button:visible").last.click())
    expect(live.page.locator(".card[data-stage=last] .marks")).to_have_text("unknown")


def test_an_open_size_is_asked_for_and_refused_with_what_fits(live, tmp_path):
    model = MODELS["image_to_image"](keras)
    model.save(tmp_path / "open.keras")
    stage = open_files(live, tmp_path / "open.keras")["stage"]
    box = live.page.locator("#field-input_height input")
    box.fill("44")
    expect(live.page.locator("#field-input_height")).to_contain_text("multiples of 8")
    state = live.act(lambda: box.fill("48"))
    assert state["input_height"] == 48
    live.type("input_width", "44")
    box.fill("44")
    expect(live.page.locator(".alerts .alert")).to_contain_text("44×44")
    state = live.click("#use-offer")  # a change of a stage, with which they fit
    assert (state["input_height"], state["input_width"]) == (44, 44)
    assert state["changes"].endswith(":output_padding:1,1")
    assert live.page.locator(f'.card[data-stage="{stage}"] .shape').inner_text() == "[1, 44, 44, 3]"
