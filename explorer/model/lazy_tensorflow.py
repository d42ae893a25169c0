"""TensorFlow, imported when something of it is first used: what only reads shapes never waits."""


class _TensorFlow:
    """Stands for the module until then."""

    def __getattr__(self, name: str) -> object:
        import tensorflow

        value = getattr(tensorflow, name)
        setattr(self, name, value)  # for the next time
        return value


tf = _TensorFlow()
