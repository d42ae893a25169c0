"""Adversarial training of the generator, on drawn streets or on a user's pictures."""
