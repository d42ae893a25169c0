"""Keras model files: every stage of an opened generator gives what Keras' own layer gives."""

import keras
import numpy as np
import pytest

from explorer import open_generator, trace
from explorer.model.trace import checked_call
from tests.support.each import each
from tests.support.graph_checks import some_index, wrong_parts, wrong_reads
from tests.support.keras_comparison import apart, stages_of
from tests.support.keras_models import MODELS, draw_inputs, draw_weights
from tests.support.keras_recorder import record


def given(generator, model, arrays) -> dict:
    names = [tensor._keras_history[0].name for tensor in model.inputs]
    assert {node.name for node in generator.inputs} == set(names)
    return dict(zip(names, arrays, strict=True))


def test_a_difference_is_seen():
    good = {"a": np.ones((2, 2), np.float32)}
    assert apart(good, good) == []
    assert apart({"a": good["a"] * 1.001}, good) == ["a is off by 0.001"]
    assert apart({}, good) == ["a is missing"]


@pytest.fixture(scope="module", params=list(MODELS))
def case(request):
    keras.utils.clear_session()
    model = MODELS[request.param](keras)
    draw_weights(model)
    arrays = draw_inputs(model)
    return model, arrays, record(keras, model, arrays if len(arrays) > 1 else arrays[0])


@each("ending", [".keras", ".h5", ".json"])
def test_every_stage_is_as_keras_has_it(case, ending, tmp_path):
    model, arrays, stages = case
    path = tmp_path / f"generator{ending}"
    if ending == ".json":
        path.write_text(model.to_json())
        model.save_weights(tmp_path / "generator.weights.h5")
    else:
        model.save(path)
    generator, weights = open_generator(path)
    found = trace(generator, weights, given(generator, model, arrays))
    # A wrapper's stages are those of the layer inside it.
    wanted = {n: v for n, v in stages_of(stages, found).items() if "spectral" not in n}
    assert apart(found, wanted) == []
    assert len(wanted) > 5 or "spectral" in str(list(found))
    assert list(found)[-1] == generator.nodes[-1].name
    final = np.asarray(model(arrays if len(arrays) > 1 else arrays[0], training=False))
    assert apart({"out": list(found.values())[-1]}, {"out": final}) == []


def test_every_stage_tells_what_it_reads_and_why(case, tmp_path):
    model, arrays, _ = case
    model.save(tmp_path / "generator.keras")
    generator, weights = open_generator(tmp_path / "generator.keras")
    assert check_cells(generator, weights, given(generator, model, arrays), 4) == []


def check_cells(generator, weights, inputs, count: int, seed: int = 0) -> list[str]:
    """What is wrong with some cells of every stage."""
    random = np.random.RandomState(seed)
    plan, _ = checked_call(generator, weights, inputs)
    outputs = trace(generator, weights, inputs)
    wrong = []
    for stage in plan:
        for _ in range(count):
            index = some_index(random, stage.shape)
            wrong += wrong_parts(plan, stage, weights, outputs, index)
            if stage.sources:
                wrong += wrong_reads(stage, weights, outputs, index, random)
        assert stage.formula
        assert stage.op.detail(stage) is not None
        assert stage.op.keras(stage).as_dict()
        assert stage.op.pytorch(stage).as_dict()
    return wrong
