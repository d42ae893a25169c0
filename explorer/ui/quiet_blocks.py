"""Gradio's blocks, whose endpoints never answer with a traceback, to a caller or in the log."""

import logging

import gradio as gr
from gradio.state_holder import SessionState

from explorer.errors import ExplorerError, quote

_log = logging.getLogger(__name__)


class QuietBlocks(gr.Blocks):
    """What an endpoint stumbles over, wrong numbers of arguments above all, becomes a message."""

    async def process_api(self, *args, **options):
        """As Gradio's; values are not kept for the session, which nobody ends."""
        try:
            return await super().process_api(*args, **options)
        except gr.Error:
            raise
        except Exception as error:
            _log.error("A call failed: %s %s", type(error).__name__, quote(error, 200))
            told = ExplorerError("call_damaged", why=quote(error, 120))
            raise gr.Error(str(told), print_exception=False) from None
        finally:
            for given in (*args, *options.values()):
                if isinstance(given, SessionState):
                    _forget_values(given)


def _forget_values(state: SessionState):
    """Gradio keeps the last input and output of each endpoint for thousands of sessions."""
    for kept in state.config_values.values():
        kept.get("props", {}).pop("value", None)
