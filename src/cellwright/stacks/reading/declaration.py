"""Reads the top-level blocks of a module's files and merges override files (Terraform, "Override Files")."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.stacks.hcl.json_form import parse_json
from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import Source, SyntaxFault
from cellwright.stacks.hcl.syntax import Attribute, Block, Expression
from cellwright.stacks.reading.backend_file import BACKEND_FILE
from cellwright.stacks.reading.module import JSON, NATIVE

_OVERRIDABLE = frozenset({"variable", "output", "module"})


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument and its file, which may be an override file."""

    source: Source
    attribute: Attribute

    @property
    def value(self) -> Expression:
        """Its value."""
        return self.attribute.value

    @property
    def position(self) -> Position:
        """Where its name stands."""
        return self.source.position(self.attribute.offset)

    def diagnostic(self, fault: SyntaxFault) -> Diagnostic:
        """Make a diagnostic from a fault in its value."""
        return self.source.diagnostic(fault)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One block, with the arguments that override files gave it."""

    source: Source
    block: Block
    arguments: Mapping[str, Argument]
    overrides: bool = False
    """It is from an override file."""

    @property
    def kind(self) -> str:
        """The block's kind."""
        return self.block.kind

    @property
    def labels(self) -> tuple[str, ...]:
        """The block's labels."""
        return self.block.labels

    @property
    def position(self) -> Position:
        """Where the block begins."""
        return self.source.position(self.block.offset)

    def inner(self, kind: str) -> tuple["Declaration", ...]:
        """Give the blocks of one kind inside this one."""
        return tuple(
            _declared(self.source, block, self.overrides) for block in self.block.body.blocks_of(kind)
        )


def read_declarations(folder: str, files: Mapping[str, bytes]) -> tuple[list[Declaration], list[Diagnostic]]:
    """Parse a module's configuration files: contents by name. `folder` is put before the names in positions.

    Returns:
        Every block in the order of the files' names, and a finding for each file that does not parse.
    """
    primary: list[Declaration] = []
    overriding: list[Declaration] = []
    findings: list[Diagnostic] = []
    for name in sorted(files):
        source = Source(f"{folder}/{name}", "")
        try:
            source = Source.decode(source.file, files[name])
            body = parse_json(source.text) if name.endswith(JSON) else parse_native(source.text)
        except SyntaxFault as fault:
            findings.append(source.diagnostic(fault))
            continue
        overrides = _is_override(name)
        declared = [_declared(source, block, overrides) for block in body.blocks]
        (overriding if overrides else primary).extend(declared)
    findings.extend(_backends_after_ours(overriding, files))
    findings.extend(_override(primary, overriding))
    return primary, findings


def _backends_after_ours(
    overriding: Iterable[Declaration], files: Mapping[str, bytes]
) -> Iterator[Diagnostic]:
    """Refuse what would win over the fleet's `state`: all units of the stack could have one state then."""
    in_place_of_ours = BACKEND_FILE.replace(".tf", ".tofu")
    for item in overriding:
        name = item.source.file.rpartition("/")[2]
        if item.kind != "terraform" or name <= BACKEND_FILE or name not in files:
            continue
        for kind in ("backend", "cloud"):
            for block in item.inner(kind):
                summary = f"this `{kind}` block would win over the fleet's `state`"
                detail = f"remove it, or rename the file: it is read after {BACKEND_FILE}, the last one wins"
                yield error(summary, detail, block.position)
        if name == in_place_of_ours:
            yield error(f"{name} would be read in place of {BACKEND_FILE}", "rename the file", item.position)


def _is_override(name: str) -> bool:
    stem = next(name.removesuffix(ending) for ending in (*JSON, *NATIVE) if name.endswith(ending))
    return stem == "override" or stem.endswith("_override")


def _declared(source: Source, block: Block, overrides: bool) -> Declaration:  # noqa: FBT001 -- private, one caller each
    arguments = {name: Argument(source, attribute) for name, attribute in block.body.attributes.items()}
    return Declaration(source, block, arguments, overrides)


def _override(primary: list[Declaration], overriding: Iterable[Declaration]) -> list[Diagnostic]:
    """Merge overriding blocks into `primary`, argument by argument; other kinds of blocks are added."""
    places = {(item.kind, item.labels): index for index, item in enumerate(primary)}
    findings: list[Diagnostic] = []
    for item in overriding:
        index = places.get((item.kind, item.labels))
        if item.kind not in _OVERRIDABLE:
            primary.append(item)
        elif index is None:
            summary = f"there is no {item.kind} '{' '.join(item.labels)}' to override"
            findings.append(error(summary, "declare it in a file that is no override file", item.position))
        else:
            base = primary[index]
            block = replace(base.block, texts=base.block.texts + item.block.texts)
            primary[index] = replace(base, block=block, arguments={**base.arguments, **item.arguments})
    return findings
