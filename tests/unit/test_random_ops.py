"""Operations of any numbers that a file may state: each answer is a view or a refusal in words."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random

import numpy as np

from explorer.errors import ExplorerError
from explorer.model.changes import Change, format_changes
from explorer.model.files.keras_model import keras_model
from explorer.model.graph import Graph
from explorer.model.graph_store import keep_graph
from explorer.model.ops import OPS
from explorer.schema import FIELDS, read_state
from explorer.views.page import draw_page
from explorer.views.parts import PARTS, check_parts
from tests.support.each import each
from tests.support.examples import is_thorough
from tests.support.random_ops import random_graph, some_change

SHAPES = ((5,), (3, 2), (3, 3, 2), (1, 1, 4))  # that an input is changed to
PAGES = FIELDS["page"].choices


def answered(ask: Callable, *given):
    """Asks, and takes a refusal for an answer."""
    with suppress(ExplorerError):
        ask(*given)


def some_weights(graph: Graph, random: Random) -> dict[str, np.ndarray]:
    draw = np.random.RandomState(random.randrange(2**32)).standard_normal
    return {item.name: np.asarray(draw(item.shape), np.float32) for item in graph.weights}


def view_all(source: str, graph: Graph, changes: Sequence[Change], random: Random):
    """All parts of a view with changes, of any stage and cell."""
    stages = [node.name for node in graph.nodes]
    asked = {
        "weights": source,
        "stage": random.choice(stages),
        "lab_stage": random.choice(stages),
        "page": random.choice(PAGES),
        "cell": random.choice(("0,0", "0,0,0", "0,0,0,0", "0,1,0,1")),
        "batch_size": random.choice((1, 2)),
        "channel": random.choice((-1, 0, 1)),
        "changes": format_changes(changes),
        **{name: random.random() < 0.5 for name in ("origins", "kernels")},
    }
    state = read_state(asked)
    draw_page(state, state.find_origin(), (), check_parts(PARTS, state))


@each("kind", [kind for kind in OPS if kind != "input"])
def test_any_operation_is_shown_changed_and_made_in_keras_or_refused_in_words(kind):
    random = Random(kind)
    for _ in range(40 if is_thorough() else 3):
        graph = random_graph(random, kind)
        weights = some_weights(graph, random)
        source = keep_graph(graph, weights).source
        other, another = (some_change(graph, random) for _ in range(2))
        shaped, reshaped = (Change("z", "shape", shape) for shape in random.sample(SHAPES, 2))
        for changes in ((), (shaped,), (other,), (reshaped, another)):
            answered(view_all, source, graph, changes, random)
        answered(keras_model, graph, weights)
