"""Random Keras models: what is opened gives what Keras gives; every cell tells why and of what."""

import json

import keras
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from explorer import trace
from explorer.model.files.keras_config import read_keras_model
from explorer.model.graph_json import read_graph
from explorer.model.origins import find_origins
from explorer.model.trace import checked_call
from tests.support.examples import examples
from tests.support.graph_checks import some_index, wrong_parts, wrong_reads
from tests.support.keras_comparison import apart, stages_of
from tests.support.keras_models import draw_weights
from tests.support.keras_recorder import record
from tests.support.random_keras import RandomModel, own_name


@examples(25)
@given(st.integers(0, 2**32 - 1))
def test_random_models_are_as_keras_has_them(seed):
    keras.utils.clear_session()
    model = RandomModel(keras, seed).model
    draw_weights(model, seed)
    random = np.random.RandomState(seed)
    z = random.standard_normal((2, *model.inputs[0].shape[1:])).astype(np.float32)
    stages = record(keras, model, z)
    told = json.loads(model.to_json())
    graph = read_keras_model(told).graph
    assert read_graph(json.loads(json.dumps(graph.as_dict()))) == graph
    weights = {own_name(w.path): np.asarray(w) for w in model.weights}
    found = trace(graph, weights, z)
    assert apart(found, stages_of(stages, found), 3e-5) == []
    plan, inputs = checked_call(graph, weights, z)
    for stage in plan:
        for _ in range(2):
            index = some_index(random, stage.shape)
            assert wrong_parts(plan, stage, weights, found, index) == []
            if stage.sources:
                assert wrong_reads(stage, weights, found, index, random) == []
    latent, last = plan[0].name, plan[-1]
    cell = some_index(random, last.shape)
    assert len(find_origins(plan, weights, inputs, latent, last.name, cell).z) == z.shape[1]
