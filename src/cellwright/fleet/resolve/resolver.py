"""Replaces references by their values and keeps types; a reference without a value becomes a finding."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cellwright.fleet.fleet import OutputUse
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.resolve.reference_faults import AbsentFault, ReferenceFault, ReportedFault
from cellwright.fleet.yaml.node import MergeTag, Node, kind_name
from cellwright.fleet.yaml.references import Reference, TextPart
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.model.scalar_text import scalar_text
from cellwright.model.value import (
    LateReference,
    OutputReference,
    SecretReference,
    Template,
    Value,
    references_in,
    secrets_in,
)


@dataclass(slots=True)
class Notes:
    """What is found while a cell's references are resolved."""

    complete: bool
    """All the cell's documents could be read, so a missing key was never written."""
    findings: list[Diagnostic] = field(default_factory=list)
    uses: list[OutputUse] = field(default_factory=list)
    takers: set[UnitAddress] = field(default_factory=set)
    """Units that take secrets."""
    unresolved_backends: list[UnitAddress] = field(default_factory=list)
    """Units whose backend has a reference that could not be resolved."""
    failures: int = 0
    """References that could not be resolved, reported or not."""

    def fail(self, fault: ReferenceFault, place: Position) -> None:
        """Count a reference that can't be resolved; report it, unless another finding explains it."""
        self.failures += 1
        if isinstance(fault, ReportedFault) or (isinstance(fault, AbsentFault) and not self.complete):
            return
        self.findings.append(error(fault.summary, fault.detail, place))


@dataclass(frozen=True, slots=True)
class Resolver:
    """Replaces references by what `lookup` gives. A value whose reference fails stays as written."""

    lookup: Callable[[Reference], Value]
    notes: Notes
    unit: UnitAddress | None = None
    """The unit whose input is resolved: its uses of outputs are recorded."""

    def setting(self, setting: Setting) -> Value:
        """Resolve a merged setting."""
        if setting.plain:
            return setting.written()
        if setting.entries is not None:
            return {key: self.setting(child) for key, child in setting.present()}
        if setting.items is not None:
            return [self.node(item) for item in setting.items]
        return self.node(setting.node)

    def node(self, node: Node) -> Value:
        """Resolve a value as written in one document."""
        content = node.content
        if node.plain or content is None:
            return node.value
        if isinstance(content, dict):
            kept = ((key, child) for key, child in content.items() if child.merge_tag is not MergeTag.UNSET)
            return {key: self.node(child) for key, child in kept}
        if isinstance(content, list):
            return [self.node(child) for child in content]
        try:
            value = self._text(content)
        except ReferenceFault as fault:
            self.notes.fail(fault, node.position)
            return node.value
        if self.unit is not None and (used := references_in(value)):
            place = node.position
            self.notes.uses.extend(OutputUse(self.unit, reference, place) for reference in used)
        if self.unit is not None and secrets_in(value):
            self.notes.takers.add(self.unit)
        return value

    def _text(self, parts: tuple[TextPart, ...]) -> Value:
        if len(parts) == 1 and isinstance(parts[0], Reference):
            return self.lookup(parts[0])
        pieces: list[str | LateReference] = []
        for piece in self._pieces(parts):
            last = pieces[-1] if pieces else None
            if isinstance(piece, str) and isinstance(last, str):
                pieces[-1] = last + piece
            else:
                pieces.append(piece)
        texts = [piece for piece in pieces if isinstance(piece, str)]
        return "".join(texts) if len(texts) == len(pieces) else Template(tuple(pieces))

    def _pieces(self, parts: tuple[TextPart, ...]) -> Iterator[str | LateReference]:
        for part in parts:
            value = self.lookup(part) if isinstance(part, Reference) else part
            if isinstance(value, Template):
                yield from value.parts
            elif isinstance(value, OutputReference | SecretReference):
                yield value
            elif (text := scalar_text(value)) is not None:
                yield text
            else:
                detail = "make the reference the whole value, or take one part of it"
                summary = f"'${{{part}}}' is {kind_name(value)}, which can't stand inside a string"
                raise ReferenceFault(summary, detail)
