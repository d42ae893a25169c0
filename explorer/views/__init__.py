"""From a trace to what the browser draws: NumPy only."""
