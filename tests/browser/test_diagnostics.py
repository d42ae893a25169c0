"""Every diagnostic appears in a state where it applies, and none in the default view."""

import json

import numpy as np

from explorer.model.latent import encode_rows
from tests.support.app_server import ROOT
from tests.support.each import each

WORDS = json.loads((ROOT / "assets/locales/en.json").read_text(encoding="utf-8"))["diagnostics"]
HUGE = encode_rows(np.array([[1e38] + [0] * 127], np.float32))
# code -> a link where it applies, and numbers that its sentence must hold.
CASES = {
    "batch_of_one_blank": ("training=true", []),
    "batch_of_one_fixed": ("training=true&actv=sigmoid&bn_position=before", []),
    "stage_of_one": (
        "changes=fc1/batch_normalization:training:true",
        ["fc1/batch_normalization"],
    ),
    "cells_without_input": ("kernel_size=1", ["1", "2", "4", "3"]),
    "channels_lost": ("upsample_dim=100", ["100", "8", "12.5", "12"]),
    "size_changed": ("output_kernel=5", ["34×66", "32×64", "6", "5×5", "4"]),
    "pads_batch": ("batch_size=3&paddings=1,2,3,3,3,3,0,0&upsample_dim=64&item=3", ["1", "2"]),
    "pads_batch_copy": (
        "batch_size=3&paddings=1,2,3,3,3,3,0,0&stage=conv_out/conv2d&item=5",
        ["Item 5", "item 0"],
    ),
    "pads_batch_zeros": ("paddings=1,0,3,3,3,3,0,0&pad_mode=CONSTANT", ["Item 0"]),
    "pads_channels": ("paddings=0,0,3,3,3,3,2,1", ["2", "1"]),
    "many_dead": ("z_scale=0", ["fc1/actv 256/256", "upsample3/actv 32/32"]),
    "many_dead_last": ("z_scale=0&bn_position=before", ["fc1/actv 256/256"]),
    "not_finite": (f"z_data={HUGE}&z_scale=1000", ["z holds", "0 NaN", "1 infinite"]),
}


def shown(page) -> list[str]:
    return page.page.locator(".diagnostics li").all_inner_texts()


def start(code: str) -> str:
    """The words of a diagnostic that stand before its first number, or after it."""
    return max(WORDS[code].replace("}", "{").split("{")[::2], key=len)


def test_every_diagnostic_has_a_case():
    opened = {"weights_not_finite"}  # test_weight_files.py
    assert set(CASES) | opened == set(WORDS)


def test_the_default_view_has_none(live):
    assert shown(live) == []
    assert live.page.locator(".diagnostics > ul[hidden]").count() == 1


@each("code", [*CASES])
def test_a_diagnostic_appears_where_it_applies(live, code):
    link, numbers = CASES[code]
    live.show(link)
    found = [text for text in shown(live) if start(code) in text]
    assert len(found) == 1
    for number in numbers:
        assert number in found[0]
    assert "{" not in found[0]


def test_where_nothing_is_amiss_there_is_no_word(live):
    """Two items are no batch of one, and equal sizes no change; what was said goes."""
    live.show("training=true&batch_size=2")
    assert not any(start("batch_of_one_blank") in text for text in shown(live))
    live.show("output_kernel=5&paddings=0,0,2,2,2,2,0,0")
    assert shown(live) == []
