"""The server that an editor starts: it reads requests on standard input and answers on standard output."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument

from cellwright import __version__
from cellwright.app.editing.choice import Choice
from cellwright.app.editing.completion import complete
from cellwright.app.editing.definition import definitions
from cellwright.app.editing.edited import EditedFleet
from cellwright.app.editing.hover import hover
from cellwright.app.editing.usages import usages
from cellwright.editor.document_features import add_document_features
from cellwright.editor.fleets import Fleets, uri_of
from cellwright.fleet.yaml.node import Node
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, Severity
from cellwright.model.position import Position

_DEBOUNCE = 0.15
"""Seconds without a keystroke before findings are looked for."""
_SEVERITY = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}
Found = TypeVar("Found")
Ask = Callable[[EditedFleet, str, int, int], Found]


class FleetServer(LanguageServer):
    """Answers one editor; what takes long runs beside the thread that reads."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__("cellwright", __version__)
        self.fleets = Fleets(environment)
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._told: set[str] = set()

    def changed(self, uri: str) -> None:
        """Take a document's text, and look for findings once nobody types."""
        self._put(uri)
        self._later(uri)

    def closed(self, uri: str) -> None:
        """Take a document's text from disk again."""
        if (found := self._fleet(uri)) is not None:
            found[0].put(found[1], None)
        self._publish(uri, None, ())

    def saved(self) -> None:
        """Look at every open document again: what one of them says may concern another."""
        self.fleets.saved()
        for uri in self.workspace.text_documents:
            self._later(uri)

    def ask(self, question: Ask[Found], uri: str, at: types.Position) -> Found | None:
        """Ask for what is at a place of a document."""
        found = self._fleet(uri)
        if found is None:
            return None
        document = self.workspace.get_text_document(uri)
        codec = self.workspace.position_codec
        place = codec.position_from_client_units(document.lines, at)
        return question(*found, place.line, place.character)

    def text(self, uri: str) -> tuple[TextDocument, Node | None] | None:
        """Give a document with its content as it could last be read; None if it is no fleet's."""
        found = self._fleet(uri)
        if found is None or found[0].role(found[1]) is None:
            return None
        return self.workspace.get_text_document(uri), found[0].known_document(found[1])

    def location(self, fleet: EditedFleet, position: Position) -> types.Location:
        """Give a place as the editor names it."""
        at = types.Position(position.line - 1, position.column - 1)
        return types.Location(uri_of(fleet, position.file), types.Range(at, at))

    def _put(self, uri: str) -> None:
        if (found := self._fleet(uri)) is not None:
            found[0].put(found[1], self.workspace.get_text_document(uri).source)

    def _fleet(self, uri: str) -> tuple[EditedFleet, str] | None:
        try:
            return self.fleets.of(uri)
        except DiagnosticError as failure:
            # Once: an editor may well have YAML open that is no fleet's.
            if (text := str(failure.diagnostics[0])) not in self._told:
                self._told.add(text)
                self.window_log_message(types.LogMessageParams(types.MessageType.Info, text))
            return None

    def _later(self, uri: str) -> None:
        if (running := self._looking.pop(uri, None)) is not None:
            running.cancel()
        self._looking[uri] = asyncio.ensure_future(self._look(uri))

    async def _look(self, uri: str) -> None:
        await asyncio.sleep(_DEBOUNCE)
        document = self.workspace.get_text_document(uri)
        version = document.version
        found = self._fleet(uri)
        if found is None:
            return
        findings = await asyncio.get_running_loop().run_in_executor(None, found[0].findings, found[1])
        if uri in self.workspace.text_documents and document.version == version:
            self._publish(uri, document, findings)

    def _publish(self, uri: str, document: TextDocument | None, found: tuple[Diagnostic, ...]) -> None:
        lines = document.lines if document is not None else []
        shown = [self._shown(item, lines) for item in found]
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(
                uri, shown, version=document.version if document is not None else None
            )
        )

    def _shown(self, item: Diagnostic, lines: Sequence[str]) -> types.Diagnostic:
        place = item.position or Position("")
        line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
        word = len(line[place.column - 1 :].split(":")[0].split(",")[0].rstrip(" }]\r\n"))
        start = types.Position(place.line - 1, place.column - 1)
        end = types.Position(place.line - 1, place.column - 1 + max(word, 1))
        return types.Diagnostic(
            range=self.workspace.position_codec.range_to_client_units(lines, types.Range(start, end)),
            message=f"{item.summary}; {item.detail}" if item.detail else item.summary,
            severity=_SEVERITY[item.severity],
            source="cellwright",
        )


def make_server(environment: Mapping[str, str]) -> FleetServer:
    """Make a server with all that it answers."""
    server = FleetServer(environment)
    _add_changes(server)
    _add_questions(server)
    add_document_features(server, server.text)
    return server


def _add_changes(server: FleetServer) -> None:
    """Let the server hear of what changes, in the editor and on disk."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(given: types.DidOpenTextDocumentParams) -> None:
        server.changed(given.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(given: types.DidChangeTextDocumentParams) -> None:
        server.changed(given.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(given: types.DidCloseTextDocumentParams) -> None:
        server.closed(given.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(_given: types.DidSaveTextDocumentParams) -> None:
        server.saved()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def changed_on_disk(_given: types.DidChangeWatchedFilesParams) -> None:
        server.saved()


def _add_questions(server: FleetServer) -> None:
    """Let the server answer what is asked of a place in a text."""

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=["{", ".", " ", "!"])
    )
    @server.thread()
    def completion(given: types.CompletionParams) -> list[types.CompletionItem]:
        found = server.ask(complete, given.text_document.uri, given.position)
        return [_item(choice) for choice in found or ()]

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    @server.thread()
    def hovered(given: types.HoverParams) -> types.Hover | None:
        text = server.ask(hover, given.text_document.uri, given.position)
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    @server.thread()
    def definition(given: types.DefinitionParams) -> list[types.Location]:
        return _locations(server, definitions, given)

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    @server.thread()
    def references(given: types.ReferenceParams) -> list[types.Location]:
        return _locations(server, usages, given)


def _locations(
    server: FleetServer,
    question: Ask[tuple[Position, ...]],
    given: types.DefinitionParams | types.ReferenceParams,
) -> list[types.Location]:
    found = server.fleets.of(given.text_document.uri)
    places = server.ask(question, given.text_document.uri, given.position)
    return [server.location(found[0], place) for place in places or ()] if found else []


def _item(choice: Choice) -> types.CompletionItem:
    kind = types.CompletionItemKind.Property if choice.is_key else types.CompletionItemKind.Value
    return types.CompletionItem(
        label=choice.text,
        kind=kind,
        detail=choice.detail or None,
        documentation=choice.documentation or None,
        insert_text=f"{choice.text}: " if choice.is_key else choice.text,
    )


def serve(environment: Mapping[str, str]) -> None:
    """Serve on standard input and output until the editor ends it."""
    server = make_server(environment)
    try:
        # Copies, as both are closed at the end, and the process still has its own.
        with os.fdopen(os.dup(0), "rb") as given, os.fdopen(os.dup(1), "wb") as answers:
            server.start_io(given, answers)
    finally:
        server.fleets.close()
