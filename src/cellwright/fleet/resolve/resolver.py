"""Replaces references by their values and keeps types; a reference without a value becomes a finding."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cellwright.fleet.capacity import Resources
from cellwright.fleet.fleet import OpenUse, OutputUse
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.resolve.reference_faults import AbsentFault, ReferenceFault, ReportedFault
from cellwright.fleet.yaml.node import MergeTag, Node, kind_name
from cellwright.fleet.yaml.references import Reference, TextPart
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.limits import RESOLVED_DEPTH, RESOLVED_SIZE, RESOLVING_DEPTH
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
    open_uses: list[OpenUse] = field(default_factory=list)
    takers: set[UnitAddress] = field(default_factory=set)
    """Units that take secrets."""
    resources: dict[UnitAddress, Resources] = field(default_factory=dict)
    """What enabled units use of the resources that places have."""
    unresolved_backends: list[UnitAddress] = field(default_factory=list)
    """Units whose backend has a reference that could not be resolved."""
    failures: int = 0
    """References that could not be resolved, reported or not."""
    nesting: int = 0
    """How deep the resolving of values within values is now."""
    brought: int = 0
    """How much references have brought, see `model/limits.py`."""

    def fail(self, fault: ReferenceFault, place: Position) -> None:
        """Count a reference that can't be resolved; report it, unless another finding explains it."""
        self.failures += 1
        if isinstance(fault, ReportedFault) or (isinstance(fault, AbsentFault) and not self.complete):
            return
        self.findings.append(error(fault.summary, fault.detail, place))

    def bring(self, value: Value, reference: Reference) -> Value:
        """Count what a reference brings, and give it.

        Raises:
            ReferenceFault: it is nested too deep, or all that the cell's references bring is too much.
        """
        left = RESOLVED_SIZE - self.brought
        if left < 0:
            raise ReportedFault
        found = _size(value, left)
        if found is None:
            detail = f"a value that a reference brings may nest {RESOLVED_DEPTH} levels deep; flatten it"
            raise ReferenceFault(f"'${{{reference}}}' is nested too deeply", detail)
        self.brought += found
        if found > left:
            detail = (
                f"the references of one cell may bring {RESOLVED_SIZE:,} characters altogether: a key that "
                "names another one several times multiplies it"
            )
            raise ReferenceFault(f"'${{{reference}}}' makes the cell's settings too large", detail)
        return value

    def too_deep(self, place: Position) -> bool:
        """Tell whether values within values, through references too, nest too deeply; that is a finding."""
        if self.nesting < RESOLVING_DEPTH:
            return False
        detail = (
            f"keys that refer to each other may nest {RESOLVING_DEPTH} levels deep altogether; flatten them"
        )
        self.fail(ReferenceFault("the value is nested too deeply through references", detail), place)
        return True


_NODE = 8
"""What a value counts besides its text."""


def _size(value: Value, most: int) -> int | None:
    """About how many characters a value has as JSON; None if it is nested too deep.

    Values share parts, so a small one can stand for a huge one: it is no longer measured than until it has
    more than `most`.
    """
    if isinstance(value, str):
        return _NODE + len(value)
    size, waiting = _NODE, [(value, 1)]
    while waiting and size <= most:
        item, depth = waiting.pop()
        if isinstance(item, str):
            size += len(item)
        elif isinstance(item, Template):
            size += sum(len(part) if isinstance(part, str) else _NODE for part in item.parts)
        elif isinstance(item, Mapping):
            if depth > RESOLVED_DEPTH:
                return None
            size += sum(map(len, item)) + _NODE * len(item)
            waiting.extend((child, depth + 1) for child in item.values() if size <= most)
        elif isinstance(item, Sequence):
            if depth > RESOLVED_DEPTH:
                return None
            size += _NODE * len(item)
            waiting.extend((child, depth + 1) for child in item if size <= most)
    return size


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
        if setting.entries is None and setting.items is None:
            return self.node(setting.node)
        if self.notes.too_deep(setting.node.position):
            return setting.written()
        self.notes.nesting += 1
        try:
            if setting.items is not None:
                return [self.node(item) for item in setting.items]
            return {key: self.setting(child) for key, child in setting.present()}
        finally:
            self.notes.nesting -= 1

    def node(self, node: Node) -> Value:
        """Resolve a value as written in one document."""
        content = node.content
        if node.plain or content is None:
            return node.value
        if isinstance(content, dict | list):
            return self._container(node, content)
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

    def _container(self, node: Node, content: dict[str, Node] | list[Node]) -> Value:
        if self.notes.too_deep(node.position):
            return node.value
        self.notes.nesting += 1
        try:
            if isinstance(content, list):
                return [self.node(child) for child in content]
            kept = ((key, child) for key, child in content.items() if child.merge_tag is not MergeTag.UNSET)
            return {key: self.node(child) for key, child in kept}
        finally:
            self.notes.nesting -= 1

    def _text(self, parts: tuple[TextPart, ...]) -> Value:
        if len(parts) == 1 and isinstance(parts[0], Reference):
            return self.notes.bring(self.lookup(parts[0]), parts[0])
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
            value = self.notes.bring(self.lookup(part), part) if isinstance(part, Reference) else part
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
