"""The language server, driven by a real client over standard input and output."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient, make_test_lsp_client

from e2e.kit.program import SCRIPT
from unit.app.kit import NOBODY

SECRET = "sesame-open-9"
FLEET = """\
fleet: trial
levels:
  - name: base
    cells: accounts
    stacks: {network: {source: ./network}}
  - name: client
    cells: clients
    placement: account
    layers: [defaults.yaml]
    stacks:
      app: {source: ./app}
      extra: {source: ./app, enabled: false}
"""
APP = f"""\
variable "size" {{
  description = "How large it is."
  type        = number
  default     = 1
}}
variable "mode" {{
  type    = string
  default = "slow"
  validation {{
    condition     = contains(["slow", "fast"], var.mode)
    error_message = "Slow or fast."
  }}
}}
variable "vpc" {{ default = "" }}
variable "password" {{
  type      = string
  sensitive = true
  default   = "{SECRET}"
}}
output "id" {{
  description = "Its id."
  value       = "x"
}}
"""
ACME = f"""\
account: prod
stacks:
  app:
    size: 3
    vpc: ${{output.base.network.vpc_id}}
    password: {SECRET}
"""
FILES = {
    "fleet.yaml": FLEET,
    "defaults.yaml": "tier: gold\nstacks:\n  app: {size: 2}\n",
    "network/main.tf": 'output "vpc_id" {\n  description = "The network."\n  value = "v"\n}\n',
    "app/main.tf": APP,
    "accounts/prod.yaml": "region: eu\n",
    "clients/acme.yaml": ACME,
}


class Editor:
    """One document in an editor, with its text as it is typed."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client = client
        self.root = root
        self.uri = (root / "clients" / "acme.yaml").as_uri()
        self.document = types.TextDocumentIdentifier(self.uri)
        self.text = ""
        self.version = 0

    async def open(self, path: str = "clients/acme.yaml") -> list[str]:
        self.uri = (self.root / path).as_uri()
        self.document = types.TextDocumentIdentifier(self.uri)
        self.text, self.version = (self.root / path).read_text(), 1
        item = types.TextDocumentItem(self.uri, "yaml", 1, self.text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return await self.findings()

    def type(self, text: str) -> None:
        self.text, self.version = text, self.version + 1
        self.client.diagnostics.pop(self.uri, None)
        document = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def findings(self) -> list[str]:
        while self.uri not in self.client.diagnostics:
            await self.client.wait_for_notification("textDocument/publishDiagnostics")
        found = self.client.diagnostics[self.uri]
        return [f"{item.range.start.line + 1}: {item.message}" for item in found]

    def at(self, word: str) -> types.Position:
        """The place behind the first letter of a word, or behind `|`, which is typed and removed."""
        lines = self.text.split("\n")
        line = next(number for number, text in enumerate(lines) if word in text)
        return types.Position(line, lines[line].index(word) + 1)

    async def choices(self, text: str) -> list[str]:
        """Type a text with `|` where the cursor is, and ask for completion there."""
        line = text[: text.index("|")].count("\n")
        column = len(text[: text.index("|")].rsplit("\n", maxsplit=1)[-1])
        self.type(text.replace("|", ""))
        asked = types.CompletionParams(self.document, types.Position(line, column))
        found = await self.client.text_document_completion_async(asked)
        assert isinstance(found, list)
        return [item.label for item in found]

    async def hover(self, word: str) -> str:
        found = await self.client.text_document_hover_async(types.HoverParams(self.document, self.at(word)))
        contents = found.contents if found is not None else None
        return contents.value if isinstance(contents, types.MarkupContent) else ""

    async def definition(self, word: str) -> list[str]:
        asked = types.DefinitionParams(self.document, self.at(word))
        found = await self.client.text_document_definition_async(asked)
        assert isinstance(found, list)
        return [
            f"{Path(item.uri.removeprefix('file://')).relative_to(self.root)}:{item.range.start.line + 1}"
            for item in found
            if isinstance(item, types.Location)
        ]


async def session(root: Path, work: Callable[[Editor], Awaitable[None]]) -> None:
    client = make_test_lsp_client()
    await client.start_io(str(SCRIPT), "language-server", env={**os.environ, **NOBODY}, cwd=str(root))
    try:
        given = types.InitializeParams(capabilities=types.ClientCapabilities(), root_uri=root.as_uri())
        await client.initialize_session(given)
        try:
            await work(Editor(client, root))
        finally:
            await client.shutdown_session()
    finally:
        await client.stop()  # type: ignore[no-untyped-call]


@pytest.fixture
def edit(tmp_path: Path) -> Callable[[Callable[[Editor], Awaitable[None]]], None]:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return lambda work: asyncio.run(asyncio.wait_for(session(tmp_path, work), 40))


Edit = Callable[[Callable[[Editor], Awaitable[None]]], None]


def test_findings_come_from_what_is_typed_and_nothing_is_written(edit: Edit, tmp_path: Path) -> None:
    async def work(editor: Editor) -> None:
        assert await editor.open() == []
        editor.type(ACME.replace("size: 3", "size: three"))
        (wrong,) = await editor.findings()
        assert wrong.startswith(
            "4: input 'size' of stack 'app': number wanted, this is a string (client/acme);"
        )
        editor.type(ACME.replace("size: 3", "size: [3"))
        (broken,) = await editor.findings()
        assert "not valid YAML" in broken
        editor.type(ACME.replace("app:", "apq:"))
        assert await editor.findings() == ["3: unknown stack 'apq'; did you mean 'app'?"]
        editor.type(ACME)
        assert await editor.findings() == []
        assert (tmp_path / "clients" / "acme.yaml").read_text() == ACME
        assert await editor.open("defaults.yaml") == []
        editor.type("stacks:\n  app: {sise: 2}\n")
        assert "3: " not in str(await editor.findings())
        assert "stack 'app' has no input 'sise'" in str(editor.client.diagnostics[editor.uri])
        assert await editor.open("fleet.yaml") == []
        editor.type(FLEET.replace("placement:", "placment:"))
        assert "did you mean 'placement'?" in str(await editor.findings())

    edit(work)


def test_completion_hover_and_definition(edit: Edit) -> None:
    async def work(editor: Editor) -> None:
        await editor.open()
        assert await editor.choices("stacks:\n  |") == ["app", "extra"]
        inputs = await editor.choices("stacks:\n  app:\n    |")
        assert inputs == ["size", "mode", "vpc", "password", "enabled", "version"]
        assert await editor.choices("stacks:\n  app: { mo|") == inputs
        assert await editor.choices("stacks:\n  app:\n    mode: |") == ["slow", "fast", "!unset"]
        assert await editor.choices("stacks:\n  app:\n    enabled: |") == ["true", "false", "!unset"]
        assert await editor.choices("account: |") == ["prod", "!place"]
        keys = await editor.choices("|\n")
        assert {"stacks", "environment", "account", "tier"} <= set(keys)
        reference = "account: prod\nstacks:\n  app:\n    vpc: ${"
        assert "account" in await editor.choices(f"{reference}|")
        assert await editor.choices(f"{reference}output.|") == ["app", "extra", "base"]
        assert await editor.choices(f"{reference}output.base.network.|") == ["vpc_id"]
        assert await editor.choices(f"{reference}output.app.|") == ["id"]
        assert await editor.choices(f"{reference}account.|") == ["name", "region"]
        assert "tier" in await editor.choices(f"{reference}cell.|")

        editor.type(ACME)
        said = await editor.hover("size")
        assert said == (
            "**size**: `number`, default `1`\n\nHow large it is.\n\nin client/acme:\n```json\n3\n```\n\n"
            "set by\n- defaults.yaml:3:15 `2`\n- clients/acme.yaml:4:11 `3`"
        )
        secret = await editor.hover("password")
        assert "(sensitive)" in secret
        assert SECRET not in secret
        assert "The network." in await editor.hover("${output")
        assert await editor.definition("size") == ["defaults.yaml:3", "app/main.tf:1"]
        assert await editor.definition("${output") == ["network/main.tf:1"]
        assert await editor.definition("account") == ["accounts/prod.yaml:1"]
        assert await editor.definition("app:") == ["fleet.yaml:11"]

        await editor.open("fleet.yaml")
        assert "placement" in await editor.choices("fleet: a\nlevels:\n  - name: b\n    |")
        assert "quarantine_days" in await editor.choices("fleet: a\naddresses:\n  |")
        assert await editor.choices("fleet: a\nworkers: |") == ["one", "many"]

    edit(work)


def test_a_file_of_no_fleet_has_nothing_to_say(edit: Edit, tmp_path: Path) -> None:
    other = tmp_path / "fleet.yaml"

    async def work(editor: Editor) -> None:
        other.unlink()
        item = types.TextDocumentItem(editor.uri, "yaml", 1, ACME)
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        editor.text = ACME
        assert await editor.hover("size") == ""
        assert await editor.choices("stacks:\n  |") == []

    edit(work)
