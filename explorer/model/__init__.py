"""The generator as numbers: configuration, stages, weights, forward pass."""
