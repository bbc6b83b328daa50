"""Serves a tool's function as clients call it: beside other calls, with progress, until it is cancelled."""

import functools
import inspect
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import anyio
import anyio.to_thread
from mcp.server.mcpserver import Context

from cellwright.cli.mcp.answers import ToolAnswer
from cellwright.cli.mcp.call import Call
from cellwright.cli.mcp.desk import Desk

_BEAT = 1.0
"""Seconds between two notifications of progress."""
_CONTEXT = "ctx"


def served(desk: Desk, function: Callable[..., ToolAnswer]) -> Callable[..., Coroutine[Any, Any, ToolAnswer]]:
    """Give the function as the SDK calls it: it takes what `function` takes, and the call's context."""
    taken = inspect.signature(function, eval_str=True)
    own = _CONTEXT in taken.parameters

    @functools.wraps(function)
    async def answer(**given: Any) -> ToolAnswer:  # noqa: ANN401  the SDK has checked them
        ctx: Context = given[_CONTEXT] if own else given.pop(_CONTEXT)
        call = Call(told=function.__name__)

        def work() -> ToolAnswer:
            with desk.call(call):
                return function(**given)

        async with anyio.create_task_group() as group:
            group.start_soon(_beat, ctx, call)
            try:
                found = await _finished(work, call, ctx)
            finally:
                group.cancel_scope.cancel()
        return found

    names = [name for name in taken.parameters if name != _CONTEXT]
    context = inspect.Parameter(_CONTEXT, inspect.Parameter.KEYWORD_ONLY, annotation=Context)
    taking = [taken.parameters[name].replace(kind=inspect.Parameter.KEYWORD_ONLY) for name in names]
    answer.__signature__ = taken.replace(parameters=[*taking, context])  # type: ignore[attr-defined]
    answer.__annotations__ = {
        **{name: taken.parameters[name].annotation for name in names},
        _CONTEXT: Context,
        "return": taken.return_annotation,
    }
    return answer


async def _finished(work: Callable[[], ToolAnswer], call: Call, ctx: Context) -> ToolAnswer:
    """Wait for the work; if the client cancels the call, it ends soon, and what it has begun is told."""
    answers: list[ToolAnswer] = []
    over = anyio.Event()

    async def run() -> None:
        with anyio.CancelScope(shield=True):
            try:
                answers.append(await anyio.to_thread.run_sync(work))
            finally:
                over.set()

    async with anyio.create_task_group() as group:
        group.start_soon(run)
        try:
            await over.wait()
        except anyio.get_cancelled_exc_class():
            call.cancelled.set()
            with anyio.CancelScope(shield=True):
                await over.wait()
                for told in call.after_all:
                    with suppress(Exception):  # a client that is gone can be told nothing
                        await ctx.session.send_log_message("warning", told, "cellwright")
            raise
    return answers[0]


async def _beat(ctx: Context, call: Call) -> None:
    """Tell a client that has asked for it how far the call is: at once, then once a second."""
    begun = time.monotonic()
    while True:
        seconds = time.monotonic() - begun
        done = float(call.done) if call.total is not None else seconds
        with suppress(OSError, anyio.ClosedResourceError, anyio.BrokenResourceError):  # the client is gone
            await ctx.report_progress(done, call.total, f"{call.told} ({seconds:.0f} s)")
        await anyio.sleep(_BEAT)
