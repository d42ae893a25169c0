"""Errors of names: PyTorch's lists of keys, and TensorFlow 1's variables that are shared or not."""

from explorer import GeneratorConfig, diagnose
from tests.support.each import each

DEFAULT = GeneratorConfig()
OWN = "noise_generator/fc1/dense/kernel"


def keys(missing=(), unexpected=()) -> str:
    lines = ["Error(s) in loading state_dict for Generator:"]
    for kind, names in (("Missing", missing), ("Unexpected", unexpected)):
        if names:
            quoted = ", ".join(f'"{name}"' for name in names)
            lines.append(f"{kind} key(s) in state_dict: {quoted}.")
    return "\n\t".join(lines)


@each(
    ("missing", "unexpected", "code"),
    [
        (
            ["a.0.weight", "a.0.bias"],
            ["module.a.0.weight", "module.a.0.bias"],
            "state_dict_wrapped",
        ),
        (["module.a.weight"], ["a.weight"], "state_dict_unwrapped"),
        ([], ["a.1.num_batches_tracked", "a.4.num_batches_tracked"], "state_dict_counters"),
        (["a.weight"], [], "state_dict_missing"),
        ([], ["a.weight"], "state_dict_unexpected"),
        (["a.weight"], ["b.weight", "b.bias"], "state_dict_both"),
        (["a.weight"], ["b.num_batches_tracked"], "state_dict_both"),
    ],
)
def test_lists_of_keys_are_told_by_what_they_have_in_common(missing, unexpected, code):
    found = diagnose(DEFAULT, keys(missing, unexpected))
    assert (found.reason.code, found.stage, found.changes) == (code, "", ())
    counts = {"missing": len(missing), "unexpected": len(unexpected)}
    assert counts.items() <= found.reason.params.items()
    assert found.reason.params["name"] == (missing or unexpected)[0]


@each(
    ("text", "code"),
    [
        (
            f"Variable {OWN} already exists, disallowed. Did you mean",
            "key_exists",
        ),
        (
            f"Variable {OWN} does not exist, or was not created with",
            "key_absent",
        ),
        (f'Tensor name "{OWN}" not found in checkpoint files model.ckpt', "key_ours"),
        (f"KeyError: '{OWN}'", "key_ours"),
        ("KeyError: 'noise_generator/upsample4/conv2d_transpose/kernel'", "key_blocks"),
        ("Unable to open object (object 'generator' doesn't exist)", "of_file"),
    ],
)
def test_names_of_tensorflow_are_read_in_its_other_words(text, code):
    found = diagnose(DEFAULT, text)
    assert (found.reason.code, found.stage, found.changes) == (code, "", ())
