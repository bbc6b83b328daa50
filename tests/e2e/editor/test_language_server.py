"""The language server, driven by a real client over standard input and output."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
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

    def asked(self, word: str) -> tuple[types.TextDocumentIdentifier, types.Position]:
        return self.document, self.at(word)

    async def references(self, word: str) -> list[str]:
        given = types.ReferenceParams(types.ReferenceContext(include_declaration=True), *self.asked(word))
        return self.places(await self.client.text_document_references_async(given))

    def places(self, found: object) -> list[str]:
        assert isinstance(found, Sequence)
        return [
            f"{Path(item.uri.removeprefix('file://')).relative_to(self.root)}:{item.range.start.line + 1}"
            for item in found
            if isinstance(item, types.Location)
        ]

    async def fixes(self) -> list[str]:
        """The text as it is after each fix that is offered for the first finding."""
        (finding, *_) = self.client.diagnostics[self.uri]
        asked = types.CodeActionParams(self.document, finding.range, types.CodeActionContext([finding]))
        done: list[str] = []
        for action in await self.client.text_document_code_action_async(asked) or ():
            assert isinstance(action, types.CodeAction)
            assert action.edit is not None
            assert action.edit.changes is not None
            (edit,) = action.edit.changes[self.uri]
            lines = self.text.split("\n")
            line, start, end = edit.range.start.line, edit.range.start.character, edit.range.end.character
            lines[line] = f"{lines[line][:start]}{edit.new_text}{lines[line][end:]}"
            done.append("\n".join(lines))
        return done

    async def hover(self, word: str) -> str:
        found = await self.client.text_document_hover_async(types.HoverParams(self.document, self.at(word)))
        contents = found.contents if found is not None else None
        return contents.value if isinstance(contents, types.MarkupContent) else ""

    async def definition(self, word: str) -> list[str]:
        asked = types.DefinitionParams(self.document, self.at(word))
        found = await self.client.text_document_definition_async(asked)
        return self.places(found)


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


RICH = """\
fleet: trial
terraform:
  timeout: 2h
secrets:
  vault: {type: env}
policies: {packs: [own]}
checks:
  smoke: {http: "https://example.com"}
rollouts:
  slow:
    waves:
      - name: all
        cells: "*"
        after: [{check: smoke}]
"""


def test_fleet_yaml_itself(edit: Edit, tmp_path: Path) -> None:
    (tmp_path / "policies" / "own").mkdir(parents=True)
    (tmp_path / "policies" / "own" / "rule.rego").write_text("package own\n")
    (tmp_path / "clients" / "globex.yaml").write_text("account: prod\nstacks: {app: {size: 5}}\n")
    (tmp_path / "fleet.yaml").write_text(RICH + FLEET.partition("\n")[2])

    async def work(editor: Editor) -> None:
        await editor.open("fleet.yaml")
        said = await editor.hover("timeout:")
        assert said.startswith(
            "**timeout**: whole number, at least 1, default `3600`\n\nHow long one call of"
        )
        assert said.endswith("`terraform.timeout`, since 0.1.0\n\nin force: `7200`")
        assert "not written, so: `fetch` `true`" in await editor.hover("terraform:")
        assert "Selectors of its cells" in await editor.hover('cells: "*')
        assert await editor.hover("smoke:") == (
            "**smoke**, below `checks`\n\n"
            "Checks of cells, by name; each is one of `command`, `http` and `alarms`."
        )
        assert await editor.definition("clients") == ["clients/acme.yaml:1", "clients/globex.yaml:1"]
        assert await editor.definition("./network") == ["network/main.tf:1"]
        assert await editor.definition("extra:") == ["app/main.tf:1"]
        assert await editor.definition("defaults.yaml") == ["defaults.yaml:1"]
        assert await editor.definition("own]") == ["policies/own/rule.rego:1"]
        assert await editor.definition("smoke}]") == ["fleet.yaml:8"]
        assert await editor.references("smoke:") == ["fleet.yaml:14"]
        assert await editor.references("app: {") == [
            "defaults.yaml:3",
            "clients/acme.yaml:3",
            "clients/globex.yaml:2",
        ]
        outline = await editor.client.text_document_document_symbol_async(
            types.DocumentSymbolParams(editor.document)
        )
        assert outline is not None
        by_name = {item.name: item for item in outline if isinstance(item, types.DocumentSymbol)}
        levels = by_name["levels"]
        assert [item.name for item in levels.children or ()] == ["base", "client"]
        assert [item.name for item in (levels.children or ())[1].children or ()] == [
            "name",
            "cells",
            "placement",
            "layers",
            "stacks",
        ]
        assert (by_name["checks"].range.start.line, by_name["checks"].range.end.line) == (6, 7)
        assert "smoke" in await editor.choices(editor.text.replace("check: smoke", "check: |"))

    edit(work)


def test_a_layer_is_judged_by_cells_that_take_it_and_they_are_named(edit: Edit, tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text(
        FLEET.replace("[defaults.yaml]", '[defaults.yaml, "tiers/${cell.tier}.yaml"]')
    )
    (tmp_path / "tiers").mkdir()
    (tmp_path / "tiers" / "gold.yaml").write_text("{}\n")
    (tmp_path / "tiers" / "iron.yaml").write_text("stacks:\n  app: {mode: fast}\n")
    for name in ("hooli", "initech"):
        (tmp_path / "clients" / f"{name}.yaml").write_text("account: prod\ntier: iron\n")

    async def work(editor: Editor) -> None:
        assert await editor.open("tiers/iron.yaml") == []
        assert "in client/hooli:" in await editor.hover("mode")
        editor.type("stacks:\n  app: {size: x}\n")
        (found,) = await editor.findings()
        assert "(client/hooli and 1 more of 2 cells looked at)" in found
        assert await editor.references("size") == [
            "defaults.yaml:3",
            "tiers/iron.yaml:2",
            "clients/acme.yaml:4",
        ]

    edit(work)


def test_what_was_meant_is_written_and_a_file_is_formatted(edit: Edit) -> None:
    async def work(editor: Editor) -> None:
        await editor.open()
        editor.type(ACME.replace("app:", "apq:"))
        await editor.findings()
        assert await editor.fixes() == [ACME]
        editor.type("account:   prod\nstacks: {app:   {size: 3}}\n")
        assert await editor.findings() == []  # else they come when the next text is typed
        options = types.FormattingOptions(2, insert_spaces=True)
        asked = types.DocumentFormattingParams(editor.document, options)
        found = await editor.client.text_document_formatting_async(asked)
        assert found is not None
        assert [item.new_text for item in found] == ["account: prod\nstacks: {app: {size: 3}}\n"]
        editor.type("account: [")
        assert not await editor.client.text_document_formatting_async(asked)
        assert await editor.findings()
        assert await editor.fixes() == []
        await editor.open("fleet.yaml")
        editor.type(FLEET.replace("placement:", "placment:"))
        await editor.findings()
        assert await editor.fixes() == [FLEET]

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
