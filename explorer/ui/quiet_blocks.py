"""Gradio's blocks, whose endpoints never answer with a traceback, to a caller or in the log."""

import logging

import gradio as gr

from explorer.errors import ExplorerError, quote

_log = logging.getLogger(__name__)


class QuietBlocks(gr.Blocks):
    """What an endpoint stumbles over, wrong numbers of arguments above all, becomes a message."""

    async def process_api(self, *args, **options):
        """As Gradio's."""
        try:
            return await super().process_api(*args, **options)
        except gr.Error:
            raise
        except Exception as error:
            _log.error("A call failed: %s %s", type(error).__name__, quote(error, 200))
            told = ExplorerError("call_damaged", why=quote(error, 120))
            raise gr.Error(str(told), print_exception=False) from None
