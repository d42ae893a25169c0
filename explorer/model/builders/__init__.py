"""Generators that are built from a configuration."""
