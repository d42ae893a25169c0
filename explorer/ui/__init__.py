"""The Gradio page and its API: the only place that imports Gradio."""
