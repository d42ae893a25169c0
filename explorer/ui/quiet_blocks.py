"""Gradio's blocks, whose endpoints answer without a traceback and touch no file of a caller's."""

import inspect
import logging
from collections.abc import Callable

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.state_holder import SessionState

from explorer.errors import ExplorerError, quote
from explorer.ui.named_files import refuse_files

_log = logging.getLogger(__name__)


class QuietBlocks(gr.Blocks):
    """What an endpoint stumbles over, wrong numbers of arguments above all, becomes a message."""

    async def process_api(self, block_fn: BlockFunction | int, inputs: list, *args, **options):
        """As Gradio's; values are not kept for the session, which nobody ends."""
        try:
            function = self.fns[block_fn] if isinstance(block_fn, int) else block_fn
            inputs = _with_defaults(function.fn, inputs)
            return await super().process_api(block_fn, inputs, *args, **options)
        except ExplorerError as error:
            raise gr.Error(str(error), print_exception=False) from None
        except Exception as error:
            is_told = isinstance(error, gr.Error)
            if is_told and not error.print_exception:
                raise  # it says what an endpoint of ours has to say
            why = error.message if is_told else error  # a component's own would be printed whole
            _log.error("A call failed: %s %s", type(error).__name__, quote(why, 200))
            told = ExplorerError("call_damaged", why=quote(why, 120))
            raise gr.Error(str(told), print_exception=False) from None
        finally:
            for given in (*args, *options.values()):
                if isinstance(given, SessionState):
                    _forget_values(given)

    async def preprocess_data(self, block_fn: BlockFunction, inputs: list, *args, **options):
        """As Gradio's, once it is known that no input names a file and that something is called."""
        refuse_files(inputs)
        if block_fn.fn is None:  # an event that the browser alone follows
            raise ExplorerError("call_damaged", why="no endpoint")
        return await super().preprocess_data(block_fn, inputs, *args, **options)


def _with_defaults(function: Callable | None, inputs: list) -> list:
    """Arguments of a call; Gradio's own clients alone know what those are that were left out."""
    if function is None:
        return inputs
    known = list(inspect.signature(function).parameters.values())
    rest = [parameter.default for parameter in known[len(inputs) :]]
    return inputs if inspect.Parameter.empty in rest else [*inputs, *rest]


def _forget_values(state: SessionState):
    """Gradio keeps the last input and output of each endpoint for thousands of sessions."""
    for kept in state.config_values.values():
        kept.get("props", {}).pop("value", None)
