"""A call that its program takes back: out of the line, as long as it waits there.

Gradio would also break off one at work, and with it what gives its place to the next; and would
write a message for it each time, which nobody counts.
"""

from gradio.server_messages import ProcessCompletedMessage
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from explorer.errors import ExplorerError
from explorer.json_text import parse_json

_FORM = '{"session_hash": "…", "event_id": "…"}'


async def cancel_call(request: Request) -> Response:
    """Ends a call of a session that has not begun; what is at work goes on, and is answered."""
    try:
        asked = parse_json(await request.body())
        name, session = str(asked["event_id"]), asked["session_hash"]
    except (ValueError, TypeError, KeyError):
        error = ExplorerError("request_damaged", form=_FORM)
        return JSONResponse({"error": error.as_dict()}, 400)
    queue = request.app.get_blocks()._queue
    event = queue.event_ids_to_events.get(name)
    if event is not None and event.session_hash == session:
        await queue.remove_from_queue(name)
        if name not in queue.event_ids_to_events and session in queue.pending_messages_per_session:
            ended = ProcessCompletedMessage(output={}, success=True)
            queue.send_message(event, ended)  # else its program would wait for ever
    return JSONResponse({"success": True})
