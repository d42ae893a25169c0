"""Custom components: thin `gr.HTML` subclasses whose JavaScript lives in assets/js."""
