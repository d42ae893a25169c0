"""Adversarial training of the generator, on drawn streets or on a user's pictures."""

# Convolutions and their gradients by oneDNN: about twice as many steps a second. It must be set
# before any module of the model is imported.
FAST_TENSORFLOW = {"TF_ENABLE_ONEDNN_OPTS": "1"}
