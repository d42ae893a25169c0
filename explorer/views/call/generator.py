"""The call of the whole generator, of which z is an argument."""

from explorer.views.call.operations import activation_function
from explorer.views.call.parts import Argument, Call, given, say
from explorer.views.call.place import Place


def generator(place: Place) -> Call:
    """The original's own function: dcgan_generator(z, config, training, C, ...)."""
    config = place.config
    function = activation_function(config.actv)
    depths = " → ".join(map(str, (config.upsample_dim, *config.block_channels)))
    training = say("generator_training_batch" if config.training else "generator_training_stored")
    kernel = say("generator_kernel_size", kernel=config.kernel_size)
    arguments = (
        place.latent("z"),
        given("config", "config", say("generator_config")),
        Argument("training", str(config.training), training, "", ("training",), True),
        Argument("C", str(config.C), say("generator_C", filters=config.C), "", ("C",), True),
        Argument("reuse", "False", say("generator_reuse"), "False", ("reuse",), True),
        Argument(
            "actv",
            function,
            say("generator_actv", activation=function),
            "tf.nn.relu",
            ("actv",),
            True,
        ),
        Argument("kernel_size", str(config.kernel_size), kernel, "5", ("kernel_size",), True),
        Argument(
            "upsample_dim",
            str(config.upsample_dim),
            say("generator_upsample_dim", channels=depths),
            "256",
            ("upsample_dim",),
            True,
        ),
    )
    return Call("out", "dcgan_generator", arguments, "z")
