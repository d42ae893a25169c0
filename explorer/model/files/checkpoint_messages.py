"""The protocol buffers of a TensorFlow checkpoint, declared here: TensorFlow takes seconds to load.

Fields and numbers are those of tensor_bundle.proto, tensor_shape.proto,
trackable_object_graph.proto and, of a .meta file, meta_graph.proto, graph.proto, node_def.proto,
attr_value.proto and tensor.proto in TensorFlow's sources. Fields that nothing here reads are left
out, so no message nests deeper than is declared.
"""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

_Field = descriptor_pb2.FieldDescriptorProto
_KINDS = {
    "int": _Field.TYPE_INT64,
    "fixed32": _Field.TYPE_FIXED32,
    "text": _Field.TYPE_STRING,
    "bytes": _Field.TYPE_BYTES,
    "bool": _Field.TYPE_BOOL,
    "float": _Field.TYPE_FLOAT,
    "double": _Field.TYPE_DOUBLE,
}
# message -> field -> (number, kind); a list is repeated, a capital letter begins a message.
_SCHEMA = {
    "Header": {"num_shards": (1, "int"), "endianness": (2, "int")},
    "Dimension": {"size": (1, "int")},
    "Shape": {"dim": (2, ["Dimension"]), "unknown_rank": (3, "int")},
    "Slice": {},
    "Entry": {
        "dtype": (1, "int"),
        "shape": (2, "Shape"),
        "shard_id": (3, "int"),
        "offset": (4, "int"),
        "size": (5, "int"),
        "crc32c": (6, "fixed32"),
        "slices": (7, ["Slice"]),
    },
    "Child": {"node_id": (1, "int"), "local_name": (2, "text")},
    "Attribute": {"checkpoint_key": (3, "text")},
    "Node": {"children": (1, ["Child"]), "attributes": (2, ["Attribute"])},
    "ObjectGraph": {"nodes": (1, ["Node"])},
    "MetaGraph": {"graph_def": (2, "GraphDef")},
    "GraphDef": {"node": (1, ["Operation"])},
    "Operation": {
        "name": (1, "text"),
        "op": (2, "text"),
        "input": (3, ["text"]),
        "attr": (5, ["Argument"]),
    },
    "Argument": {"key": (1, "text"), "value": (2, "Value")},
    "Value": {
        "list": (1, "Values"),
        "s": (2, "bytes"),
        "i": (3, "int"),
        "f": (4, "float"),
        "b": (5, "bool"),
        "type": (6, "int"),
        "shape": (7, "Shape"),
        "tensor": (8, "Tensor"),
    },
    "Values": {"i": (3, ["int"]), "shape": (7, ["Shape"])},
    "Tensor": {
        "dtype": (1, "int"),
        "tensor_shape": (2, "Shape"),
        "tensor_content": (4, "bytes"),
        "float_val": (5, ["float"]),
        "double_val": (6, ["double"]),
        "int_val": (7, ["int"]),
        "int64_val": (10, ["int"]),
        "bool_val": (11, ["bool"]),
    },
}


def _classes() -> dict[str, type[Message]]:
    file = descriptor_pb2.FileDescriptorProto(
        name="explorer/checkpoint.proto", package="explorer.checkpoint", syntax="proto3"
    )
    for name, fields in _SCHEMA.items():
        message = file.message_type.add(name=name)
        for field, (number, kind) in fields.items():
            many = isinstance(kind, list)
            own = message.field.add(name=field, number=number)
            own.label = _Field.LABEL_REPEATED if many else _Field.LABEL_OPTIONAL
            kind = kind[0] if many else kind
            if kind in _KINDS:
                own.type = _KINDS[kind]
            else:
                own.type, own.type_name = _Field.TYPE_MESSAGE, f".explorer.checkpoint.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found = (pool.FindMessageTypeByName(f"explorer.checkpoint.{name}") for name in _SCHEMA)
    return {made.name: message_factory.GetMessageClass(made) for made in found}


MESSAGES = _classes()
