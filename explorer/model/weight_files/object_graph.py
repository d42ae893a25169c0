"""Names of variables in a `tf.train.Checkpoint`: paths through its objects, not the optimizer's.

TensorFlow names each tensor by the shortest path to it, which may lead through an optimizer's list
of what it trains. The layers' own paths say more.
"""

from collections import deque

from tensorflow.core.protobuf.trackable_object_graph_pb2 import TrackableObjectGraph

KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
_LISTS = frozenset({"optimizer", "_trainable_variables", "_variables", "_non_trainable_variables"})


def variable_paths(serialized: bytes) -> dict[str, str]:
    """Tensor's key in the checkpoint -> path of the variable, e.g. "model/_operations/1/kernel"."""
    graph = TrackableObjectGraph.FromString(serialized)
    found, seen, waiting = {}, {0}, deque([(0, "")])
    while waiting:
        at, path = waiting.popleft()
        node = graph.nodes[at]
        for attribute in node.attributes:
            found.setdefault(attribute.checkpoint_key, path)
        for child in node.children:
            if child.local_name not in _LISTS and child.node_id not in seen:
                seen.add(child.node_id)
                waiting.append((child.node_id, f"{path}/{child.local_name}".lstrip("/")))
    return found
