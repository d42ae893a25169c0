"""Weights in files: exact round trips, files of other programs, and hostile or broken ones."""

import gc
import io
import json
import zipfile
from dataclasses import replace

import h5py
import keras
import numpy as np
import pytest
import safetensors.numpy
import tensorflow as tf

from explorer import GeneratorConfig, init_weights, load_weights, save_weights, trace
from explorer.model.files.keras_model import keras_model
from explorer.model.files.load import _read_answer, open_weights
from explorer.model.files.naming import EMA
from explorer.model.files.reader_process import GOOD
from explorer.model.weight_store import StoredWeights
from tests.attack.archives import zipped as packed
from tests.support.each import each
from tests.support.weight_bytes import read_arrays, read_generator
from tests.unit.refusals import refused
from tests.unit.samples import random_weights

CONFIG = GeneratorConfig(noise_dim=12, upsample_dim=16, kernel_size=3, C=2)
OTHER = GeneratorConfig(
    noise_dim=7,
    upsample_dim=8,
    kernel_size=4,
    C=5,
    actv="leaky_relu",
    base_height=3,
    base_width=5,
    upsample_blocks=2,
    stride=3,
    output_kernel=5,
    paddings=((0, 0), (1, 2), (2, 2), (1, 0)),
    pad_mode="SYMMETRIC",
    bn_position="before",
    kernel_initializer="normal_0.02",
)
NAMES = ["w.npz", "w.safetensors", "w.keras", "w.ckpt"]


@pytest.fixture(scope="module")
def weights():
    return random_weights(CONFIG, 0)


def assert_same_bits(found, expected):
    assert list(found) == list(expected)
    for name, value in expected.items():
        assert found[name].dtype == np.float32
        assert found[name].tobytes() == value.tobytes(), name


@each("name", NAMES)
def test_a_round_trip_is_exact_to_the_bit(tmp_path, weights, name):
    save_weights(tmp_path / name, CONFIG, weights)
    config, found = load_weights(tmp_path / name)
    assert config == CONFIG
    assert_same_bits(found, weights)


@each("name", ["w.npz", "w.safetensors"])
def test_the_configuration_comes_back_whole(tmp_path, name):
    weights = random_weights(OTHER, 1)
    save_weights(tmp_path / name, OTHER, weights)
    config, found = load_weights(tmp_path / name)
    assert config == OTHER
    assert_same_bits(found, weights)


@each(
    "config",
    [
        OTHER,
        replace(CONFIG, actv="leaky_relu", pad_mode="CONSTANT", kernel_initializer="glorot_normal"),
        replace(CONFIG, kernel_initializer="he_normal"),
        replace(
            CONFIG, actv="gelu", pad_mode="SYMMETRIC", paddings=((0, 0), (2, 1), (0, 3), (0, 0))
        ),
    ],
)
def test_a_keras_model_states_all_but_training(tmp_path, config):
    save_weights(tmp_path / "w.keras", config, random_weights(config, 1))
    assert load_weights(tmp_path / "w.keras")[0] == replace(config, training=False)


def test_special_values_survive(tmp_path, weights):
    name = "noise_generator/fc1/dense/bias"
    special = weights | {name: weights[name].copy()}
    special[name][:5] = [np.nan, np.inf, -np.inf, -0.0, 1e-45]
    for file in NAMES:
        save_weights(tmp_path / file, CONFIG, special)
        assert_same_bits(load_weights(tmp_path / file)[1], special)


@each("config", [CONFIG, replace(CONFIG, actv="gelu", pad_mode="CONSTANT"), OTHER])
def test_the_keras_model_gives_the_same_output_in_safe_mode(tmp_path, config):
    weights = random_weights(config, 2)
    save_weights(tmp_path / "g.keras", config, weights)
    model = keras.models.load_model(tmp_path / "g.keras")
    z = np.random.RandomState(0).standard_normal((2, config.noise_dim)).astype(np.float32)
    expected = trace(config, weights, z)["conv_out/conv2d"]
    np.testing.assert_allclose(model(z), expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())


def test_of_a_saved_model_nothing_stays(tmp_path):
    """It refers to itself, and would keep its weights until Python happens to look for that."""
    gc.collect()
    before = sum(isinstance(thing, keras.Model) for thing in gc.get_objects())
    gc.disable()
    try:
        save_weights(tmp_path / "w.keras", CONFIG, random_weights(CONFIG, 0))
        after = sum(isinstance(thing, keras.Model) for thing in gc.get_objects())
    finally:
        gc.enable()
    assert after == before


def test_keras_weights_open(tmp_path, weights):
    keras_model(CONFIG, weights).save_weights(tmp_path / "g.weights.h5")
    config, found = load_weights(tmp_path / "g.weights.h5")
    assert config == CONFIG
    assert_same_bits(found, weights)


def test_a_tf2_checkpoint_of_a_keras_model_opens(tmp_path, weights):
    model = keras_model(CONFIG, weights)
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    prefix = tf.train.Checkpoint(model=model, optimizer=optimizer).save(str(tmp_path / "ck"))
    config, found = load_weights(prefix)
    assert config == CONFIG
    assert_same_bits(found, weights)


def test_a_tf2_checkpoint_of_named_variables_opens(tmp_path, weights):
    class Holder(tf.Module):
        pass

    root = Holder()
    for name, value in weights.items():
        node = root
        *parents, last = name.split("/")
        for parent in parents:
            if not hasattr(node, parent):
                setattr(node, parent, Holder())
            node = getattr(node, parent)
        setattr(node, last, tf.Variable(value))
    prefix = tf.train.Checkpoint(root=root).save(str(tmp_path / "ck"))
    assert_same_bits(load_weights(prefix)[1], weights)


@each(
    ("area", "shown", "split"),
    [
        ((2, 8), (4, 8), (4, 4)),  # nearly all published generators are square
        ((2, 8), (2, 8), (2, 8)),  # as shown
        ((2, 8), (8, 2), (8, 2)),
        ((2, 4), (4, 8), (2, 4)),  # in the shown proportions
        ((4, 4), (1, 4), (2, 8)),
        ((7, 7), (4, 8), (7, 7)),
        ((3, 10), (4, 8), (5, 6)),  # nearest to a square, lying as the shown base does
        ((3, 10), (8, 4), (6, 5)),
        ((1, 7), (4, 8), (1, 7)),
        ((1, 1), (4, 8), (1, 1)),
    ],
)
def test_the_base_is_split_as_shown_else_in_its_proportions_else_square(
    tmp_path, area, shown, split
):
    config = replace(CONFIG, base_height=area[0], base_width=area[1], upsample_blocks=2)
    save_weights(tmp_path / "w.ckpt", config, random_weights(config, 0))
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    present = replace(CONFIG, base_height=shown[0], base_width=shown[1])
    found, _ = read_generator(files, present)
    assert (found.base_height, found.base_width) == split


def opened_from(tmp_path, name, config, weights):
    """What `open_weights` makes of weights written by `save_weights`."""
    (saved := tmp_path / f"saved {name}").mkdir()
    (scratch := tmp_path / f"scratch {name}").mkdir()
    save_weights(saved / name, config, weights)
    files = {path.name: path for path in saved.iterdir()}
    return open_weights(files, scratch, "plain")[0]


@each(("name", "assumed"), [("w.ckpt", ("base",)), ("w.npz", ()), ("w.keras", ())])
def test_a_split_that_the_file_does_not_state_is_said_to_be_assumed(
    tmp_path, weights, name, assumed
):
    assert opened_from(tmp_path, name, CONFIG, weights).assumed == assumed


def test_a_base_of_one_cell_can_be_split_in_one_way_only(tmp_path):
    config = replace(CONFIG, base_height=1, base_width=1, upsample_blocks=3)
    assert opened_from(tmp_path, "w.ckpt", config, random_weights(config, 0)).assumed == ()


def test_moving_statistics_that_a_file_lacks_are_neutral_and_said_to_be_missing(tmp_path, weights):
    kept = {name: value for name, value in weights.items() if "moving" not in name}
    np.savez(tmp_path / "w.npz", **kept, steps=np.zeros(1))
    (opened,) = open_weights({"w.npz": tmp_path / "w.npz"}, tmp_path, "plain")
    assert opened.assumed == ("base", "moving")
    assert opened.others == 1
    neutral = init_weights(CONFIG)
    expected = {name: kept.get(name, neutral[name]) for name in weights}
    assert_same_bits(opened.weights, expected)


@each(("lacking", "kind"), [("moving_mean", "no_mean"), ("moving_variance", "no_variance")])
def test_where_one_of_the_two_is_missing_that_one_is_named(tmp_path, weights, lacking, kind):
    kept = {name: value for name, value in weights.items() if not name.endswith(lacking)}
    np.savez(tmp_path / "w.npz", **kept)
    (opened,) = open_weights({"w.npz": tmp_path / "w.npz"}, tmp_path, "plain")
    assert opened.assumed == ("base",), "the file does not lack both"
    found = StoredWeights("file:0", opened.config, opened.weights).untold
    assert found[kind] == ["fc1", *(f"upsample{at}" for at in range(1, len(found[kind])))]
    assert found["neutral"] == []


BIAS = "fc1/dense/bias"


@each(
    ("scopes", "chosen"),
    {
        "ours lacks one": ({"noise_generator": [BIAS], "discriminator": []}, None),
        "another lacks one": ({"gen_A": [BIAS], "gen_BB": []}, "gen_BB"),
        "both are whole": ({"gen_A": [], "gen_BB": []}, "gen_A"),
        "averages of another": ({"noise_generator": [], "critic/ema": []}, "noise_generator"),
    },
)
def test_weights_are_all_of_one_network(tmp_path, weights, scopes, chosen):
    own = {name.partition("/")[2]: array for name, array in weights.items()}
    arrays = {
        f"{scope}/{name}{EMA if scope.endswith('ema') else ''}": np.full_like(array, at)
        for at, (scope, lacking) in enumerate(scopes.items(), 1)
        for name, array in own.items()
        if name not in lacking
    }
    np.savez(tmp_path / "two.npz", **arrays)
    if chosen is None:
        with refused("weights_missing", BIAS, field="weights"):
            load_weights(tmp_path / "two.npz")
        return
    _, opened = load_weights(tmp_path / "two.npz")
    assert {float(value) for array in opened.values() for value in array.flat} == {
        [*scopes].index(chosen) + 1
    }
    with refused("no_averages", field="use_ema"):
        load_weights(tmp_path / "two.npz", use_ema=True)


def test_averages_alone_are_those_of_the_generator(tmp_path, weights):
    averages = {f"{name}{EMA}": array for name, array in weights.items()}
    other = {"critic/conv_out/conv2d/kernel": np.zeros((7, 7, 2, 2), np.float32)}
    np.savez(tmp_path / "w.npz", **averages, **other)
    _, opened = load_weights(tmp_path / "w.npz", use_ema=True)
    assert_same_bits(opened, weights)


def test_other_variables_are_still_required(tmp_path, weights):
    kept = {name: value for name, value in weights.items() if "/beta" not in name}
    np.savez(tmp_path / "w.npz", **kept)
    with refused("weights_missing", "fc1/batch_normalization/beta", field="weights"):
        load_weights(tmp_path / "w.npz")


def saved(tmp_path, weights, name="w.npz") -> bytes:
    save_weights(tmp_path / name, CONFIG, weights)
    return (tmp_path / name).read_bytes()


@each("name", ["w.npz", "w.safetensors", "w.keras"])
def test_a_truncated_file_is_refused_at_every_length(tmp_path, weights, name):
    data = saved(tmp_path, weights, name)
    for size in (0, 1, 7, 100, len(data) // 2, len(data) - 1):
        with refused("weights_damaged", field="weights"):
            read_generator({name: data[:size]})


def test_a_truncated_checkpoint_is_refused(tmp_path, weights):
    save_weights(tmp_path / "w.ckpt", CONFIG, weights)
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for name in files:
        for size in (0, 10, len(files[name]) - 1):
            with refused("weights_damaged", field="weights"):
                read_arrays(files | {name: files[name][:size]})
    with refused("checkpoint_part", field="weights"):
        read_arrays({"w.ckpt.index": files["w.ckpt.index"]})


def test_noise_of_any_ending_is_refused():
    noise = np.random.RandomState(0).bytes(4096)
    for name in ("a.npz", "a.safetensors", "a.keras", "a.weights.h5", "a.zip"):
        with refused("weights_damaged", name, field="weights"):
            read_arrays({name: noise})
    with refused("weights_kind", "a.exe", field="weights"):
        read_arrays({"a.exe": noise})


def test_nothing_is_unpickled(tmp_path):
    ran = []

    class Bad:
        def __reduce__(self):
            return ran.append, (1,)

    np.savez(tmp_path / "bad.npz", a=np.array([Bad()], dtype=object))
    with refused("weights_pickled", "bad.npz", field="weights"):
        read_arrays({"bad.npz": (tmp_path / "bad.npz").read_bytes()})
    assert ran == []


def test_what_is_not_one_set_of_weights_is_refused_with_what_is_wrong(tmp_path, weights):
    for name in ("a.npz", "b.npz", "c.ckpt"):
        save_weights(tmp_path / name, CONFIG, weights)
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with refused("weights_several", "a.npz", "b.npz", field="weights"):
        read_arrays({name: files[name] for name in ("a.npz", "b.npz")})
    data = next(name for name in files if ".data-" in name)
    with refused("checkpoint_index", data, field="weights"):
        read_arrays({data: files[data]})
    with refused("archive_no_weights", "photos.zip", field="weights"):
        read_arrays({"photos.zip": packed({"a.jpg": b"x"})})


@each(
    ("plain", "name"),
    [
        ("w.npz", "W.NPZ"),
        ("w.safetensors", "w.SafeTensors"),
        ("w.keras", "w.Keras"),
        ("w.weights.h5", "W.H5"),
        ("w.weights.h5", "w.Weights.H5"),
    ],
)
def test_endings_may_be_in_capitals(tmp_path, weights, plain, name):
    if plain == "w.weights.h5":
        keras_model(CONFIG, weights).save_weights(tmp_path / plain)
    else:
        save_weights(tmp_path / plain, CONFIG, weights)
    (tmp_path / plain).rename(tmp_path / name)
    assert_same_bits(load_weights(tmp_path / name)[1], weights)
    data = (tmp_path / name).read_bytes()
    assert_same_bits(read_generator({"ALL.ZIP": packed({f"x/{name}": data})})[1], weights)


def test_a_checkpoint_may_be_in_capitals(tmp_path, weights):
    save_weights(tmp_path / "w.ckpt", CONFIG, weights)
    for path in tuple(tmp_path.iterdir()):
        path.rename(tmp_path / path.name.upper())
    assert_same_bits(load_weights(tmp_path / "W.CKPT.INDEX")[1], weights)


def test_saving_takes_endings_in_capitals(tmp_path, weights):
    save_weights(tmp_path / "W.NPZ", CONFIG, weights)
    assert [path.name for path in tmp_path.iterdir()] == ["W.NPZ"]
    assert_same_bits(load_weights(tmp_path / "W.NPZ")[1], weights)


@each("name", ["w.npz", "w.keras"])
def test_what_macos_packs_along_is_passed_over(tmp_path, weights, name):
    clutter = {f"__MACOSX/a/._{name}": b"\0\5\26\7", "a/.DS_Store": b"\0", f"a/._{name}": b"\0"}
    data = saved(tmp_path, weights, name)
    assert_same_bits(read_generator({"a.zip": packed({f"a/{name}": data} | clutter)})[1], weights)
    beside = {path.split("/")[-1]: junk for path, junk in clutter.items()}
    assert_same_bits(read_generator({name: data} | beside)[1], weights)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {item: archive.read(item) for item in archive.namelist()}
    again = packed(members | {"__MACOSX/._a.npy": b"\0", ".DS_Store": b"\0"})
    assert_same_bits(read_generator({name: again})[1], weights)


def test_clutter_is_counted_before_it_is_passed_over():
    with refused("archive_path", field="weights"):
        read_arrays({"a.zip": packed({"../__MACOSX/._w.npz": b"x"})})
    with refused("archive_too_large", field="weights"):
        read_arrays({"a.zip": packed({f"__MACOSX/._{at}": b"" for at in range(2001)})})


def test_the_file_that_was_read_is_named(tmp_path, weights):
    for step in (7, 30):
        save_weights(tmp_path / f"model.ckpt-{step}", CONFIG, weights)
    save_weights(tmp_path / "w.npz", CONFIG, weights)
    run = {path.name: path for path in tmp_path.iterdir() if ".ckpt" in path.name}
    (tmp_path / "run.zip").write_bytes(packed({n: p.read_bytes() for n, p in run.items()}))
    cases = [
        ({"notes.meta": tmp_path / "w.npz", "w.npz": tmp_path / "w.npz"}, "w.npz"),
        (run, "model.ckpt-30.index"),
        ({"run.zip": tmp_path / "run.zip"}, "model.ckpt-30.index"),
    ]
    for at, (files, name) in enumerate(cases):
        folder = tmp_path / f"folder-{at}"
        folder.mkdir()
        assert [one.file for one in open_weights(files, folder, "both")] == [name]


def test_moving_averages_that_are_not_there_are_refused(tmp_path, weights):
    save_weights(tmp_path / "w.npz", CONFIG, weights)
    with refused("no_averages", "w.npz", field="use_ema"):
        load_weights(tmp_path / "w.npz", use_ema=True)


def test_values_beyond_float32_are_infinite(weights):
    out = io.BytesIO()
    name = "noise_generator/fc1/dense/bias"
    np.savez(out, **weights | {name: np.full_like(weights[name], 1e300, dtype=np.float64)})
    assert np.isposinf(read_generator({"w.npz": out.getvalue()})[1][name]).all()


@each("name", ["../w.npz", "/etc/w.npz", "a/../../w.npz", "..\\w.npz", "C:w.npz"])
def test_a_path_outside_is_refused(name):
    with refused("archive_path", field="weights"):
        read_arrays({"a.zip": packed({name: b"x"})})


def test_too_many_members_and_too_many_bytes_are_refused():
    with refused("archive_too_large", field="weights"):
        read_arrays({"a.zip": packed({f"{at}.npz": b"" for at in range(2001)})})
    bomb = packed({"a.npz": bytes(513 * 2**20)})
    assert len(bomb) < 2**20
    with refused("archive_too_large", field="weights"):
        read_arrays({"a.zip": bomb})


def test_what_grows_many_times_as_it_is_unpacked_is_refused(tmp_path, weights):
    """Zeros of 20 MB in 20 kB, whatever packs them."""
    zeros = np.zeros((5, 10**6), np.float32)
    np.savez_compressed(tmp_path / "a.npz", **weights, more=zeros)
    with h5py.File(tmp_path / "a.weights.h5", "w") as file:
        file.create_dataset("more", data=zeros, compression="gzip")
    for name, code in (("a.npz", "archive_too_large"), ("a.weights.h5", "unpacks_too_large")):
        assert (tmp_path / name).stat().st_size < 10**6
        with refused(code, field="weights"):
            load_weights(tmp_path / name)


def test_an_archive_in_an_archive_unpacks_to_no_more_than_the_outer_one_may():
    """Each alone is within its bounds: 13 kB, 12 MiB, 200 MiB."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("config.json", b'{"config": {}}')
        file.writestr("more", bytes(12 * 2**20))
        file.writestr("model.weights.h5", bytes(200 * 2**20), zipfile.ZIP_DEFLATED)
    with refused("archive_too_large", field="weights"):
        read_arrays({"a.zip": packed({"a.keras": inner.getvalue()})})


def test_no_more_is_believed_than_was_asked_for(tmp_path, weights):
    """The reading process may say anything; memory is taken for what it was told to find."""
    save_weights(tmp_path / "w.npz", CONFIG, weights)
    claimed = GeneratorConfig(noise_dim=4096, upsample_dim=4096, kernel_size=31)
    told = GOOD + json.dumps({"opened": [entry(claimed)]}).encode() + b"\n"
    with pytest.raises(ValueError, match="more than was asked for"):
        _read_answer(io.BufferedReader(io.BytesIO(told)), 2**30, lambda size: None)


def entry(config: GeneratorConfig) -> dict:
    told = {"others": 0, "averages": False, "assumed": (), "file": "w.npz"}
    return {"config": vars(config)} | told


def test_two_files_of_one_name_are_refused():
    with refused("archive_twice", field="weights"):
        read_arrays({"a.zip": packed({"x/w.npz": b"1", "y/w.npz": b"2"})})


def test_an_hdf5_link_to_another_file_is_not_followed(tmp_path, weights):
    np.savez(tmp_path / "secret.npz", a=np.ones(3))
    with h5py.File(tmp_path / "bad.weights.h5", "w") as file:
        file["outside"] = h5py.ExternalLink("/etc/passwd", "/")
        file["loop"] = h5py.SoftLink("/")
    data = (tmp_path / "bad.weights.h5").read_bytes()
    assert read_arrays({"bad.weights.h5": data}) == {}


def test_what_is_missing_misshapen_or_extra_is_named(tmp_path, weights):
    def opened(changed):
        out = io.BytesIO()
        np.savez(out, **changed)
        return read_generator({"w.npz": out.getvalue()})

    name = "noise_generator/upsample2/batch_normalization/gamma"
    with refused("weights_missing", name, field="weights"):
        opened({key: value for key, value in weights.items() if key != name})
    with refused("weights_misshapen", name, "[3]", "[4]", field="weights"):
        opened(weights | {name: np.ones(3, np.float32)})
    extra = "noise_generator/upsample1/dense/kernel"
    with refused("weights_extra", extra, field="weights"):
        opened(weights | {extra: np.ones((2, 2), np.float32)})
    kernel = "noise_generator/fc1/dense/kernel"
    with refused("weights_missing", "fc1/dense/kernel", field="weights"):
        opened({key: value for key, value in weights.items() if key != kernel})
    with refused("weights_misshapen", "fc1/dense/kernel", field="weights"):
        opened(weights | {kernel: np.ones((0, 3), np.float32)})
    with refused("weights_of_another", "something [3]", "fc1/dense/kernel", field="weights"):
        opened({"something": np.ones(3, np.float32)})


def test_a_file_that_states_another_configuration_is_read_by_its_shapes(tmp_path, weights):
    out = io.BytesIO()
    np.savez(out, config=np.array(json.dumps({"upsample_dim": 64, "actv": "tanh"})), **weights)
    config, _ = read_generator({"w.npz": out.getvalue()})
    assert (config.upsample_dim, config.actv) == (16, "tanh")


def stated(weights, **config) -> dict[str, bytes]:
    out = io.BytesIO()
    np.savez(out, config=np.array(json.dumps(config)), **weights)
    return {"w.npz": out.getvalue()}


@each(
    ("config", "said"),
    [
        ({"stride": 5, "actv": "elu"}, "stride = 5"),
        ({"actv": "softplus", "stride": 2}, "actv = softplus"),
        ({"stride": "two"}, "allowed: 1 … 4"),
    ],
)
def test_a_stated_value_that_no_generator_here_has_is_told(weights, config, said):
    """Shown with another in its place, it would be another network."""
    with refused("weights_stated", said, field="weights"):
        read_generator(stated(weights, **config))


def test_what_is_stated_counts_though_it_does_not_fit_the_present_structure(weights):
    """As here an output kernel that only the file's own pads leave room for."""
    small = GeneratorConfig(base_height=1, base_width=1, upsample_blocks=1, output_kernel=1,
                            paddings=((0, 0), (0, 0), (0, 0), (0, 0)))  # fmt: skip
    config, _ = read_generator(stated(weights, actv="elu", pad_mode="SYMMETRIC"), small)
    assert (config.actv, config.pad_mode) == ("elu", "SYMMETRIC")


def test_paths_that_cannot_be_used_are_refused(tmp_path, weights):
    with refused("no_such_file", field="weights"):
        load_weights(tmp_path / "nothing.npz")
    for folder in (tmp_path, ""):
        with refused("file_is_folder", field="weights"):
            load_weights(folder)
    with refused("save_folder", field="weights"):
        save_weights(tmp_path, CONFIG, weights)
    with refused("no_such_folder", "nowhere", field="weights"):
        save_weights(tmp_path / "nowhere" / "w.npz", CONFIG, weights)
    with refused("save_kind", "w.bin", field="weights"):
        save_weights(tmp_path / "w.bin", CONFIG, weights)
    with refused("save_failed", "too long", field="weights"):
        save_weights(tmp_path / f"{'n' * 300}.npz", CONFIG, weights)
    with refused("weight_shape"):
        save_weights(tmp_path / "w.npz", OTHER, _of(OTHER, weights))
    assert list(tmp_path.iterdir()) == []


def _of(config, weights):
    return {name: weights.get(name, np.zeros(1, np.float32)) for name in random_weights(config, 0)}


def corrupt_archive() -> bytes:
    """A sound directory before a stream that cannot be unpacked."""
    data = bytearray(packed({"w.npz": bytes(range(256)) * 400}))
    data[35:60] = b"\xff" * 25
    return bytes(data)


def stating(config: str) -> bytes:
    out = io.BytesIO()
    np.savez(out, config=np.array(config), a=np.ones(2, np.float32))
    return out.getvalue()


@each(
    ("name", "data"),
    {
        "a broken stream": ("a.zip", corrupt_archive()),
        "a list for a configuration": ("w.npz", stating("[1]")),
        "a number for a configuration": ("w.npz", stating("7")),
    },
)
def test_a_file_that_breaks_inside_is_refused(name, data):
    with refused("weights_damaged", name, field="weights"):
        read_arrays({name: data})


@each(
    "name",
    {
        "a huge block": "upsample30000000/conv2d_transpose/kernel",
        "a block of 5000 digits": f"upsample{'9' * 5000}/conv2d_transpose/kernel",
        "a superscript": "layers/dense/vars/²",
        "a superscript layer": "layers/dense_²/vars/0",
    },
)
def test_a_strange_name_is_no_variable_and_costs_nothing(name):
    with refused("weights_of_another", "1 in all", "[1, 1]", field="weights"):
        read_generator({"w.safetensors": safetensors.numpy.save({name: np.ones((1, 1), "f4")})})
