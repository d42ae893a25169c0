"""Generators as people publish them, small, for either Keras: the package is an argument.

They follow the structures of well-known tutorials and repositories in kind, not in code.
"""

import numpy as np


def _tutorial(keras):
    """Dense without bias, normalization, leaky relu, the first transposed one with stride 1."""
    lay = keras.layers
    return keras.Sequential(
        [
            lay.Input((10,)),
            lay.Dense(3 * 3 * 8, use_bias=False),
            lay.BatchNormalization(),
            lay.LeakyReLU(),
            lay.Reshape((3, 3, 8)),
            lay.Conv2DTranspose(6, 5, strides=1, padding="same", use_bias=False),
            lay.BatchNormalization(),
            lay.LeakyReLU(),
            lay.Conv2DTranspose(4, 5, strides=2, padding="same", use_bias=False),
            lay.BatchNormalization(epsilon=1e-5, scale=False),
            lay.LeakyReLU(),
            lay.Conv2DTranspose(1, 5, strides=2, padding="same", use_bias=False, activation="tanh"),
        ]
    )


def _custom_step(keras):
    lay = keras.layers
    return keras.Sequential(
        [
            lay.Input((8,)),
            lay.Dense(3 * 3 * 4),
            lay.LeakyReLU(0.2),
            lay.Reshape((3, 3, 4)),
            lay.Conv2DTranspose(4, 4, strides=2, padding="same"),
            lay.LeakyReLU(0.2),
            lay.Conv2D(1, 7, padding="same", activation="sigmoid"),
        ],
        name="generator",
    )


def _wasserstein(keras):
    lay = keras.layers
    noise = lay.Input((8,))
    x = lay.Dense(4 * 4 * 6, use_bias=False)(noise)
    x = lay.BatchNormalization()(x)
    x = lay.LeakyReLU(0.2)(x)
    x = lay.Reshape((4, 4, 6))(x)
    for filters in (6, 4):
        x = lay.UpSampling2D((2, 2))(x)
        x = lay.Conv2D(filters, (3, 3), padding="same", use_bias=False)(x)
        x = lay.BatchNormalization()(x)
        x = lay.LeakyReLU(0.2)(x)
    x = lay.UpSampling2D(2, interpolation="bilinear")(x)
    x = lay.Conv2D(1, 3, padding="same")(x)
    x = lay.Activation("tanh")(x)
    x = lay.Cropping2D((2, 2))(x)
    return keras.Model(noise, x, name="generator")


def _no_dense(keras):
    lay = keras.layers
    z = lay.Input((6,))
    x = lay.Reshape((1, 1, 6))(z)
    x = lay.Conv2DTranspose(8, 4, strides=1, padding="valid", use_bias=False)(x)
    x = lay.BatchNormalization(momentum=0.9)(x)
    x = lay.LeakyReLU(0.2)(x)
    x = lay.Conv2DTranspose(4, 4, strides=2, padding="same", use_bias=False)(x)
    x = lay.BatchNormalization(momentum=0.9, center=False)(x)
    x = lay.LeakyReLU(0.2)(x)
    x = lay.Conv2DTranspose(3, (4, 3), strides=(2, 3), padding="same", activation="tanh")(x)
    return keras.Model(z, x)


def _image_to_image(keras):
    """Nested Sequentials down and up, joined by skips; the picture's size is left open."""
    lay = keras.layers

    def down(filters, normalized=True):
        block = keras.Sequential()
        block.add(lay.Conv2D(filters, 4, strides=2, padding="same", use_bias=False))
        if normalized:
            block.add(lay.BatchNormalization())
        block.add(lay.LeakyReLU())
        return block

    def up(filters, dropped=False):
        block = keras.Sequential()
        block.add(lay.Conv2DTranspose(filters, 4, strides=2, padding="same", use_bias=False))
        block.add(lay.BatchNormalization())
        if dropped:
            block.add(lay.Dropout(0.5))
        block.add(lay.ReLU())
        return block

    picture = lay.Input((None, None, 3))
    x, skips = picture, []
    for block in (down(4, normalized=False), down(6), down(8)):
        x = block(x)
        skips.append(x)
    for block, skip in zip((up(6, dropped=True), up(4)), skips[-2::-1], strict=True):
        x = lay.Concatenate()([block(x), skip])
    x = lay.Conv2DTranspose(3, 4, strides=2, padding="same", activation="tanh")(x)
    return keras.Model(picture, x)


def _norm_after_reshape(keras):
    lay = keras.layers
    model = keras.Sequential(
        [
            lay.Input((7,)),
            lay.Dense(3 * 2 * 4, activation="relu"),
            lay.Reshape((3, 2, 4)),
            lay.BatchNormalization(momentum=0.8),
            lay.UpSampling2D(),
            lay.Conv2D(4, kernel_size=3, padding="same"),
            lay.Activation("relu"),
            lay.BatchNormalization(momentum=0.8),
            lay.Conv2D(1, kernel_size=(2, 3), padding="same"),
            lay.Activation("tanh"),
        ]
    )
    noise = lay.Input((7,))
    return keras.Model(noise, model(noise))


def _conditional(keras):
    lay = keras.layers
    z, label = lay.Input((6,), name="z"), lay.Input((1,), dtype="int32", name="label")
    row = lay.Flatten()(lay.Embedding(5, 6)(label))
    inner = keras.Sequential(
        [
            lay.Input((6,)),
            lay.Dense(2 * 2 * 3, activation="relu", name="first"),
            lay.Reshape((2, 2, 3)),
            lay.BatchNormalization(name="norm"),
            lay.Conv2DTranspose(2, 3, strides=2, padding="same", activation="tanh"),
        ],
        name="inner",
    )
    return keras.Model([z, label], inner(lay.Multiply()([z, row])))


def _label_map(keras):
    """A label's map beside the latent map, joined along the channels; a large last window."""
    lay = keras.layers
    label, z = lay.Input((1,)), lay.Input((5,))
    side = lay.Reshape((3, 3, 1))(lay.Dense(9)(lay.Embedding(4, 5)(label)))
    x = lay.Reshape((3, 3, 4))(lay.LeakyReLU(0.2)(lay.Dense(36)(z)))
    x = lay.Concatenate()([x, side])
    x = lay.Conv2DTranspose(4, 4, strides=2, padding="same")(x)
    x = lay.BatchNormalization()(x)
    return keras.Model([z, label], lay.Conv2D(1, 7, activation="tanh", padding="same")(x))


def _shared(keras):
    """A layer and a model that are called twice."""
    lay = keras.layers
    z = lay.Input((4,))
    dense = lay.Dense(4, activation="elu", name="again")
    inner = keras.Sequential([lay.Input((4,)), lay.Dense(4, name="own")], name="pair")
    one = dense(z)
    two = inner(dense(one))
    x = lay.Average()([one, two, inner(two)])
    x = lay.Subtract()([lay.Maximum()([x, one]), lay.Minimum()([two, z])])
    return keras.Model(z, lay.Reshape((1, 2, 2))(lay.Add()([x, z])))


def _inner_tensors(keras):
    """A model made of tensors from inside another; a frozen nested model."""
    lay = keras.layers
    z = lay.Input((4,))
    x = lay.Dense(8, activation="swish", name="a")(z)
    y = lay.BatchNormalization(name="b")(x)
    whole = keras.Model(z, lay.Dense(3, name="c")(y))
    part = keras.Model(whole.input, [whole.get_layer("b").output], name="part")
    frozen = keras.Sequential(
        [lay.Input((8,)), lay.Dense(8, name="f"), lay.BatchNormalization(), lay.Dense(4)],
        name="frozen",
    )
    frozen.layers[0].trainable = False
    w = lay.Input((4,))
    return keras.Model(w, frozen(part(w)))


def _frozen_whole(keras):
    """A nested model of which nothing is trained; its variables stand in their own order."""
    lay = keras.layers
    frozen = keras.Sequential(
        [lay.Input((6,)), lay.BatchNormalization(), lay.Dense(6), lay.BatchNormalization()],
        name="frozen",
    )
    frozen.trainable = False
    z = lay.Input((6,))
    x = frozen(lay.Dense(6, activation="relu")(z))
    x = lay.BatchNormalization()(x)
    head = keras.Sequential([lay.Input((6,)), lay.BatchNormalization(), lay.Dense(2)])
    head.trainable = False
    return keras.Model(z, keras.Sequential([lay.Input((6,)), lay.Dense(6), head])(x))


def _thawed(keras):
    """A frozen model of which one layer is trained again; old files put its variables first."""
    lay = keras.layers
    inner_z = lay.Input((6,))
    x = lay.Dense(6, name="two")(lay.Dense(6, name="one")(inner_z))
    inner = keras.Model(inner_z, lay.Dense(6, name="three")(x), name="inner")
    inner.trainable = False
    inner.get_layer("two").trainable = True
    z = lay.Input((6,))
    return keras.Model(z, lay.Dense(2)(inner(z)))


def _two_outputs(keras):
    lay = keras.layers
    z = lay.Input((6,))
    first = lay.Dense(4, name="picture")(lay.Dense(5, activation="relu")(z))
    return keras.Model(z, [first, lay.Dense(3, name="mask")(z)])


def _every_layer(keras):
    lay = keras.layers
    z = lay.Input((6, 6, 4))
    x = lay.ZeroPadding2D(((1, 0), (2, 1)))(z)
    x = lay.Conv2D(8, 3, strides=(2, 1), activation="gelu")(x)
    x = lay.GaussianNoise(0.1)(x)
    x = lay.SpatialDropout2D(0.2)(x)
    x = lay.PReLU(shared_axes=[1, 2])(x)
    x = lay.Conv2D(4, 3, dilation_rate=2, padding="same", groups=2)(x)
    x = lay.ELU(0.5)(x)
    x = lay.ReLU(max_value=3.0, negative_slope=0.1, threshold=0.2)(x)
    x = lay.MaxPooling2D(2, strides=1, padding="same")(x)
    x = lay.AveragePooling2D((2, 3), padding="same")(x)
    x = lay.LayerNormalization()(x)
    x = lay.LayerNormalization(axis=[1, 2])(x)
    x = lay.GroupNormalization(groups=2)(x)
    x = lay.GroupNormalization(groups=-1)(x)
    x = lay.Permute((2, 1, 3))(x)
    x = lay.Rescaling(2.0, offset=-0.5)(x)
    x = lay.Conv2DTranspose(3, 3, strides=3, padding="valid", activation="softplus")(x)
    x = lay.Conv2DTranspose(3, 2, strides=3, padding="same", output_padding=1)(x)
    x = lay.Conv2D(3, 1, activation=lay.LeakyReLU(0.4))(x)
    gate = lay.Reshape((1, 1, 3))(lay.GlobalAveragePooling2D()(x))
    gate = lay.Conv2D(3, 1, activation="softmax")(gate)
    x = lay.Multiply()([x, gate])
    flat = lay.Flatten()(x)
    flat = lay.PReLU()(lay.Dense(5, activation="selu")(flat))
    return keras.Model(z, lay.Softmax()(flat))


def _pads(keras):
    """Functions on tensors, among them the reflect pad."""
    lay = keras.layers
    z = lay.Input((4, 5, 2))
    pads = [[0, 0], [2, 2], [3, 1], [0, 0]]
    if hasattr(keras, "ops"):
        x = keras.ops.pad(z, pads, mode="reflect")
        x = keras.ops.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
    else:
        import tensorflow as tf

        x = tf.pad(z, pads, "REFLECT")
        x = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
        x = tf.nn.depth_to_space(lay.Conv2D(8, 1)(x), 2)
    x = 2.0 * x - 1.0
    x = (x + lay.Conv2D(1, 1)(x)) / 2.0
    x = lay.Conv2D(2, 7)(x)
    sizes = (-1, int(x.shape[1]) * int(x.shape[2]), 2)
    if hasattr(keras, "ops"):
        x = keras.ops.tanh(keras.ops.reshape(1.0 - x, sizes))
    else:
        x = tf.tanh(tf.reshape(1.0 - x, sizes))
    return keras.Model(z, x)


def _spectral(keras):
    lay = keras.layers
    inner = keras.Sequential(
        [
            lay.Input((4, 4, 3)),
            lay.SpectralNormalization(lay.Conv2D(4, 3, padding="same", activation="relu")),
            lay.BatchNormalization(),
            lay.SpectralNormalization(lay.Conv2DTranspose(2, 4, 2, padding="same")),
        ]
    )
    z = lay.Input((4, 4, 3))
    return keras.Model(z, inner(z))


def _small_phone(keras):
    """Depthwise and separable convolutions, maps that are resized to given sizes."""
    lay = keras.layers
    z = lay.Input((4, 5, 3))
    x = lay.DepthwiseConv2D(3, padding="same", depth_multiplier=2, activation="relu")(z)
    x = lay.DepthwiseConv2D((2, 3), strides=2, padding="same", use_bias=False)(x)
    x = lay.SeparableConv2D(5, 3, padding="same", depth_multiplier=2, activation="elu")(x)
    x = lay.DepthwiseConv2D(3, padding="same", dilation_rate=2)(x)
    for size, how in (((5, 7), "nearest"), ((3, 4), "bilinear"), ((6, 9), "bicubic")):
        x = lay.Resizing(*size, interpolation=how)(x)
    x = lay.UpSampling2D((2, 1), interpolation="bicubic")(x)
    x = lay.Resizing(4, 3, antialias=True)(x) if hasattr(keras, "ops") else x
    return keras.Model(z, lay.SeparableConv2D(2, 3, strides=2, use_bias=False)(x))


MODELS = {
    "tutorial": _tutorial,
    "custom_step": _custom_step,
    "wasserstein": _wasserstein,
    "no_dense": _no_dense,
    "image_to_image": _image_to_image,
    "norm_after_reshape": _norm_after_reshape,
    "conditional": _conditional,
    "label_map": _label_map,
    "shared": _shared,
    "inner_tensors": _inner_tensors,
    "frozen_whole": _frozen_whole,
    "two_outputs": _two_outputs,
    "every_layer": _every_layer,
    "pads": _pads,
    "spectral": _spectral,
    "small_phone": _small_phone,
    "thawed": _thawed,
}


def draw_weights(model, seed: int = 0):
    """Weights of which no two alike, moving statistics too."""
    random = np.random.RandomState(seed)
    drawn = []
    for value in model.get_weights():
        if value.dtype.kind == "f":
            value = random.uniform(0.3, 1.0, value.shape) * random.choice([-1, 1], value.shape)
            value *= 1 / np.sqrt(max(1, np.prod(value.shape[:-1])))
        drawn.append(value)
    model.set_weights(drawn)
    for layer in model._flatten_layers() if hasattr(model, "_flatten_layers") else []:
        if hasattr(layer, "moving_variance"):
            layer.moving_variance.assign(np.abs(layer.moving_variance.numpy()) + 0.2)


def draw_inputs(model, seed: int = 0, batch: int = 2) -> list[np.ndarray]:
    """An array for each of the model's inputs; open sizes are 16."""
    random = np.random.RandomState(seed)
    arrays = []
    for tensor in model.inputs:
        sizes = [16 if size is None else int(size) for size in tensor.shape[1:]]
        if sizes == [1]:
            arrays.append(random.randint(0, 4, (batch, 1)).astype(np.float32))
        else:
            arrays.append(random.standard_normal((batch, *sizes)).astype(np.float32))
    return arrays
