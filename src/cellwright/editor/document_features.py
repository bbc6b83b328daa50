"""What is answered from one document alone: its outline, its format, and the word that was meant."""

from collections.abc import Callable, Sequence

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument

from cellwright.app.editing.fixes import fix_of
from cellwright.app.editing.symbols import Mark, Symbol, symbols
from cellwright.fleet.yaml.formatter import formatted
from cellwright.fleet.yaml.node import Node
from cellwright.model.diagnostic import DiagnosticError

_SOURCE = "cellwright"


Opened = Callable[[str], tuple[TextDocument, Node | None] | None]
"""Gives a document by its address, with its content as it could last be read; None if it is no fleet's."""


def add_document_features(server: LanguageServer, opened: Opened) -> None:
    """Have a server answer them."""

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    @server.thread()
    def outlined(given: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        found = opened(given.text_document.uri)
        if found is None:
            return []
        lines = found[0].lines
        return [_symbol(item, lines) for item in symbols(found[1], len(lines))]

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    @server.thread()
    def format_(given: types.DocumentFormattingParams) -> list[types.TextEdit]:
        found = opened(given.text_document.uri)
        if found is None:
            return []
        document = found[0]
        try:
            text = formatted(document.source, document.filename or given.text_document.uri)
        except DiagnosticError:  # it can't be read as YAML: its finding says so
            return []
        end = types.Position(len(document.lines), 0)
        return (
            [types.TextEdit(types.Range(types.Position(0, 0), end), text)] if text != document.source else []
        )

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    )
    def fixed(given: types.CodeActionParams) -> list[types.CodeAction]:
        found = opened(given.text_document.uri)
        lines = found[0].lines if found is not None else []
        shown = (item for item in given.context.diagnostics if item.source == _SOURCE)
        actions = (_action(given.text_document.uri, item, lines) for item in shown)
        return [action for action in actions if action is not None]


def _symbol(item: Symbol, lines: Sequence[str]) -> types.DocumentSymbol:
    start = _position(item.start)
    word = types.Position(start.line, start.character + len(item.name))
    end = _before(item.end, lines) if item.end[1] == 1 else _position(item.end)
    return types.DocumentSymbol(
        name=item.name,
        kind=types.SymbolKind.Module if item.below else types.SymbolKind.Property,
        range=types.Range(start, max(end, word)),
        selection_range=types.Range(start, word),
        children=[_symbol(below, lines) for below in item.below],
    )


def _position(mark: Mark) -> types.Position:
    return types.Position(mark[0] - 1, mark[1] - 1)


def _before(mark: Mark, lines: Sequence[str]) -> types.Position:
    """Give the end of the last line before a mark that has text."""
    line = min(mark[0] - 2, len(lines) - 1)
    while line > 0 and not lines[line].strip():
        line -= 1
    return types.Position(line, len(lines[line].rstrip("\r\n")))


def _action(uri: str, item: types.Diagnostic, lines: Sequence[str]) -> types.CodeAction | None:
    line = item.range.start.line
    found = fix_of(item.message, lines[line] if line < len(lines) else "", item.range.start.character)
    if found is None:
        return None
    fix, at = found
    place = types.Range(types.Position(line, at), types.Position(line, at + len(fix.wrong)))
    return types.CodeAction(
        title=fix.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[item],
        edit=types.WorkspaceEdit(changes={uri: [types.TextEdit(place, fix.meant)]}),
        is_preferred=True,
    )
