"""Calls of tf.pad as lines of code: what is read, and what is refused in which words."""

import pytest
import tensorflow as tf

from explorer.errors import ExplorerError
from explorer.model.config import ORIGINAL_PADDINGS
from explorer.model.pad_call import PAD_CALL, read_pad_call
from tests.support.each import each

LINES = {
    "tf.pad(x, [[0, 0], [3, 3], [3, 3], [0, 0]], 'REFLECT')": "REFLECT",
    "x = tf.pad(x, ((0,0),(3,3),(3,3),(0,0)), mode='symmetric')  # as before": "SYMMETRIC",
    "net = tf.pad(paddings=[[0, 0], [3, 3], [3, 3], [0, 0]], tensor=x)": "CONSTANT",
    'h = conv(tf.pad(h, tf.constant([[0,0],[3,3],[3,3],[0,0]]), "REFLECT"), 7)': "REFLECT",
    "return tf.pad(x, [[0, 0], [3, 3], [3, 3], [0, 0]], constant_values=0., name='p')": "CONSTANT",
}
BAD = {
    "": "pad_call_unread",
    "tf.pad": "pad_call_unread",
    "tf.pad(x)": "pad_call_unread",
    "tf.pad(x, [[0, 0], [3, 3], [3, 3], [0, 0]], 'REFLECT'": "pad_call_unread",
    "tf.pad(x, [[0, 0], [3, 3], [3, 3], [0, 0]], fill=1)": "pad_call_unread",
    "tf.pad(x, [[0, 0], [3, 3], [3, 3], [0, 0]], **more)": "pad_call_unread",
    "(" * 999: "pad_call_unread",
    "tf.pad(x, " + "-" * 900 + "1)": "not_four_pairs",
    "x" * 2000: "pad_call_unread",
    "tf.pad(x, [[3, 3], [3, 3]], 'REFLECT')": "not_four_pairs",
    "tf.pad(x, pads, 'REFLECT')": "not_four_pairs",
    f"tf.pad(x, {'9' * 400}+1j)": "not_four_pairs",
    "tf.pad(x, f\"{'\x01'}\")": "not_four_pairs",
    "tf.pad(x, [[0, 0], [3, 3], [3, 3], [0, 0]], mode=f\"{'\u200b'}\")": "not_a_choice",
    "tf.pad(x, [[0, 0], [p, 3], [3, 3], [0, 0]], 'REFLECT')": "bad_pads",
    "tf.pad(x, [[0, 0], [3, 65], [3, 3], [0, 0]], 'REFLECT')": "bad_pads",
    "tf.pad(x, [[0, 0], [3, 3], [3, 3], [0, 0]], 'EDGE')": "not_a_choice",
    "tf.pad(x, [[0, 0], [3, 3], [3, 3], [0, 0]], mode)": "not_a_choice",
    "tf.pad(x, [[0, 0], [3, 3], [3, 3], [0, 0]], constant_values=1)": "pad_call_constant",
    "tf.pad(x, __import__('os').system('true'), 'REFLECT')": "not_four_pairs",
}


@each(("line", "mode"), LINES.items())
def test_a_line_is_read_as_tensorflow_would(line, mode):
    assert read_pad_call(line) == (ORIGINAL_PADDINGS, mode)


@each(("line", "code"), BAD.items())
def test_what_cannot_be_read_says_why(line, code):
    with pytest.raises(ExplorerError) as refused:
        read_pad_call(line)
    assert refused.value.code == code
    assert len(str(refused.value)) < 400


def test_what_is_written_can_be_run_and_read_again():
    pads = str([*map(list, ORIGINAL_PADDINGS)])
    line = PAD_CALL.format(paddings=pads, pad_mode="SYMMETRIC")
    assert read_pad_call(line) == (ORIGINAL_PADDINGS, "SYMMETRIC")
    assert eval(line, {"tf": tf, "x": tf.zeros((1, 4, 8, 2))}).shape == (1, 10, 14, 2)
