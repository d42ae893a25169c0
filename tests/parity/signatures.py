"""Signatures of TensorFlow 1 functions, run by itself: python signatures.py name ... prints JSON.

{function: {argument: its default as Python writes it, or null where it must be given}}; an
initializer is written as the call that makes it.
"""

import json
import os
import sys

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import inspect
from operator import attrgetter

import tensorflow as tf

v1 = tf.compat.v1
MADE = {
    v1.zeros_initializer: "tf.zeros_initializer()",
    v1.ones_initializer: "tf.ones_initializer()",
}


def written(default: object) -> str | None:
    if default is inspect.Parameter.empty:
        return None
    if isinstance(default, tf.DType):
        return f"tf.{default.name}"
    return MADE.get(type(default)) or repr(default)


def signature(name: str) -> dict[str, str | None]:
    path = name.removeprefix("tf.")
    try:
        function = attrgetter(path)(v1)
    except AttributeError:  # newer than TensorFlow 1
        function = attrgetter(path)(tf)
    parameters = inspect.signature(function).parameters
    return {item.name: written(item.default) for item in parameters.values()}


if __name__ == "__main__":
    print(json.dumps({name: signature(name) for name in sys.argv[1:]}))
