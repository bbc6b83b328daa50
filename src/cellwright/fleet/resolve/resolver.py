"""References replaced by what they stand for, with types kept; what stands for nothing becomes a finding."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cellwright.fleet.fleet import OutputUse
from cellwright.fleet.resolve.faults import AbsentFault, ReferenceFault, ToldFault
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.yaml.node import Directive, Node, kind_of
from cellwright.fleet.yaml.references import Part, Reference
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.model.scalar_text import as_text
from cellwright.model.value import OutputReference, Template, Value, references_in


@dataclass(slots=True)
class Notes:
    """What shows while a cell's references are replaced."""

    whole: bool
    """Whether all that the cell is made of could be read, so that what seems absent is."""
    findings: list[Diagnostic] = field(default_factory=list)
    uses: list[OutputUse] = field(default_factory=list)
    stateless: list[UnitAddress] = field(default_factory=list)
    """Units whose backend has a reference that was not replaced."""
    failures: int = 0
    """References that were not replaced, told or not."""

    def fail(self, fault: ReferenceFault, place: Position) -> None:
        """Note that what is referred to at `place` can't be had."""
        self.failures += 1
        if isinstance(fault, ToldFault) or (isinstance(fault, AbsentFault) and not self.whole):
            return
        self.findings.append(error(fault.summary, fault.detail, place))


@dataclass(frozen=True, slots=True)
class Resolver:
    """Replaces references by what `lookup` gives. A value with one that fails stays as written."""

    lookup: Callable[[Reference], Value]
    notes: Notes
    unit: UnitAddress | None = None
    """Whose input is resolved: its uses of outputs are noted."""

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
            kept = ((key, child) for key, child in content.items() if child.directive is not Directive.UNSET)
            return {key: self.node(child) for key, child in kept}
        if isinstance(content, list):
            return [self.node(child) for child in content]
        try:
            value = self._text(content)
        except ReferenceFault as fault:
            self.notes.fail(fault, node.position)
            return node.value
        if self.unit is not None and not isinstance(value, str | int | float | None):
            place = node.position
            self.notes.uses.extend(OutputUse(self.unit, used, place) for used in references_in(value))
        return value

    def _text(self, parts: tuple[Part, ...]) -> Value:
        if len(parts) == 1 and isinstance(parts[0], Reference):
            return self.lookup(parts[0])
        pieces: list[str | OutputReference] = []
        for piece in self._pieces(parts):
            last = pieces[-1] if pieces else None
            if isinstance(piece, str) and isinstance(last, str):
                pieces[-1] = last + piece
            else:
                pieces.append(piece)
        texts = [piece for piece in pieces if isinstance(piece, str)]
        return "".join(texts) if len(texts) == len(pieces) else Template(tuple(pieces))

    def _pieces(self, parts: tuple[Part, ...]) -> Iterator[str | OutputReference]:
        for part in parts:
            value = self.lookup(part) if isinstance(part, Reference) else part
            if isinstance(value, Template):
                yield from value.parts
            elif isinstance(value, OutputReference):
                yield value
            elif (text := as_text(value)) is not None:
                yield text
            else:
                detail = "make the reference the whole value, or take one part of it"
                summary = f"'${{{part}}}' is {kind_of(value)}, which can't stand inside a string"
                raise ReferenceFault(summary, detail)
