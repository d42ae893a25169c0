"""The protocol buffers of a TensorFlow checkpoint, declared here: TensorFlow takes seconds to load.

Fields and numbers are those of tensor_bundle.proto, tensor_shape.proto and
trackable_object_graph.proto in TensorFlow's sources; fields that nothing here reads are left out.
"""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

_Field = descriptor_pb2.FieldDescriptorProto
_KINDS = {"int": _Field.TYPE_INT64, "fixed32": _Field.TYPE_FIXED32, "text": _Field.TYPE_STRING}
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
