"""What tools answer: a document and a text, both within bounds; or the diagnostics of why there is none."""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from mcp.types import CallToolResult, TextContent
from rich.console import RenderableType

from cellwright.api.diagnostics import diagnostics as diagnostics_document
from cellwright.api.document import Document, to_json
from cellwright.cli.failure.unexpected import internal_error, system_error
from cellwright.cli.mcp.documents import Answer
from cellwright.cli.mcp.shape import Shape
from cellwright.cli.mcp.shortening import shortened
from cellwright.cli.screen.screen import Screen, plain_line
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.value import Json

ToolAnswer: TypeAlias = CallToolResult
"""Each tool annotates it with the model of its document, which the SDK publishes as the output's schema."""

MOST_TEXT = 14_000
"""Bytes of an answer's text."""
MOST_DOCUMENT = 30_000
"""Bytes of its document: together they stay below 50 KB, whatever a client counts besides."""
_WIDTH = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a tool has found."""

    text: Sequence[RenderableType | str]
    document: Document
    more: str = ""
    """How to ask for what may be left out."""


def answered(model: type[Answer], find: Callable[[], Told]) -> CallToolResult:
    """Answer with what `find` gives, or with what keeps it from that; never with a traceback."""
    try:
        return _result(model, find())
    except DiagnosticError as fault:
        return refused(fault.diagnostics)
    except OSError as fault:
        return refused(system_error(fault).diagnostics)
    except Exception as fault:  # noqa: BLE001  its text may hold a secret: it goes into a private file
        return refused(internal_error(fault).diagnostics)


def refused(found: Sequence[Diagnostic]) -> CallToolResult:
    """Say what is wrong, where, and what to do."""
    from cellwright.cli.views.diagnostics import line  # noqa: PLC0415  views are loaded when something is told

    text = _cut("\n".join(plain_line(line(item)) for item in found), "")
    document, _ = shortened(_object(diagnostics_document(found)), MOST_DOCUMENT)
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=document, is_error=True
    )


def rendered(part: RenderableType | str) -> str:
    """Give a view as plain text."""
    if isinstance(part, str):
        return part
    stream = io.StringIO()
    Screen(stream, width=_WIDTH).show(part)
    return "\n".join(row.rstrip() for row in stream.getvalue().splitlines())


def _result(model: type[Answer], told: Told) -> CallToolResult:
    document, left_out = shortened(_object(to_json(told.document)), MOST_DOCUMENT, Shape.of(model))
    how = f"; {told.more}" if told.more else ""
    if left_out:
        document["left_out"] = f"{left_out}{how}"
    text = _cut("\n".join(rendered(part) for part in told.text), how)
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=document)


def _object(document: Json) -> dict[str, Json]:
    return dict(document) if isinstance(document, dict) else {"items": document}


def _cut(text: str, how: str) -> str:
    """Cut a text at the end of a line, and say so."""
    if _size(text) <= MOST_TEXT:
        return text
    lines, kept, room = text.splitlines(), [], MOST_TEXT - 300
    for row in lines:
        room -= _size(row)
        if room < 0:
            break
        kept.append(row)
    return "\n".join([*kept, f"… {len(lines) - len(kept)} of {len(lines)} lines are left out{how}"])


def _size(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode(errors="replace"))
