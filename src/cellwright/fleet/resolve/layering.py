"""Finds a cell's layers and merges them; equal layers are merged once for all cells that take them."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.fleet.config.documents import Documents, OwnDocuments
from cellwright.fleet.config.settings import LayerPath
from cellwright.fleet.fleet import Level
from cellwright.fleet.lifecycle import LIFECYCLE, SUSPENDED, mark_fault
from cellwright.fleet.resolve.merge import Faults, Setting, merge
from cellwright.fleet.resolve.own_exceptions import exception_faults, without_inherited
from cellwright.fleet.yaml.node import MergeTag, Node, get_node
from cellwright.fleet.yaml.references import Reference
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.model.scalar_text import scalar_text
from cellwright.model.text.suggestion import advice


@dataclass(frozen=True, slots=True, eq=False)
class FoldedLayers:
    """Merged layers, shared between cells and therefore compared by identity."""

    root: Setting | None
    layers: tuple[str, ...]
    """Their paths, lowest first."""
    complete: bool
    """Every layer could be read completely, so a missing key was never written."""
    faults: tuple[Diagnostic, ...] = ()


_NO_LAYERS = FoldedLayers(None, (), complete=True)


class Layering:
    """Merges the layers of one level."""

    def __init__(self, level: Level, paths: Sequence[LayerPath], documents: Documents) -> None:
        self.level = level.name
        self._suspended = (
            LayerPath((level.suspended,), level.position) if level.suspended is not None else None
        )
        self._paths = paths
        self._documents = documents
        self._bases: dict[tuple[str | None, ...], FoldedLayers] = {(): _NO_LAYERS}
        self._placed: dict[tuple[int, CellAddress], tuple[FoldedLayers, FoldedLayers]] = {}

    def fixed_faults(self) -> list[Diagnostic]:
        """Find faults in the layers that every cell takes, even if there is no cell."""
        faults: list[Diagnostic] = []
        for layer in (*self._paths, *((self._suspended,) if self._suspended is not None else ())):
            if layer.fixed and (reason := self._documents.missing(layer.text)):
                faults.append(self._missing(layer.text, reason, layer.position))
            elif layer.fixed:
                faults.extend(self._documents.layer(layer.text).faults)
        return faults

    def base(self, cell: CellAddress, own: Sequence[Node]) -> FoldedLayers:
        """Merge the named layers that a cell takes; `${cell.*}` is looked up in its own documents first."""
        base = _NO_LAYERS
        taken: tuple[str | None, ...] = ()
        extra: list[Diagnostic] = []
        for layer in self._paths:
            path = layer.parts[0] if layer.fixed else _resolved_path(layer, cell, own, base, extra)
            if path is not None and (reason := self._documents.missing(str(path))):
                extra.append(self._missing(str(path), reason, _place(layer, own, base)))
                path = None
            taken = (*taken, str(path) if path is not None else None)
            base = self._bases.get(taken) or self._extend(base, taken)
        if extra:
            return FoldedLayers(base.root, base.layers, complete=False, faults=(*base.faults, *extra))
        return base

    def with_section(self, base: FoldedLayers, placement: CellAddress, section: Setting) -> FoldedLayers:
        """Merge the placement's settings for cells of this level into `base`."""
        key = (id(base), placement)
        # The base is stored beside the result, so that its id is not reused.
        known = self._placed.get(key)
        if known is None:
            faults: list[Diagnostic] = []
            root = base.root
            for layer in section.layers():
                root = merge(root, layer.node, faults)
            placed = FoldedLayers(root, base.layers, base.complete, (*base.faults, *faults))
            known = (base, placed)
            self._placed[key] = known
        return known[1]

    def suspended(self, root: Setting, faults: Faults) -> tuple[Setting, str | None]:
        """Put the layer of suspended cells on top of a cell's settings; gives its path, too."""
        layer = self._suspended
        if layer is None:
            return root, None
        if reason := self._documents.missing(layer.text):
            faults.append(self._missing(layer.text, reason, layer.position))
            return root, None
        document = self._documents.layer(layer.text)
        faults.extend(document.faults)
        return (merge(root, document.root, faults) if document.root is not None else root), layer.text

    @property
    def has_suspended(self) -> bool:
        """Tell whether fleet.yaml names a layer for suspended cells."""
        return self._suspended is not None

    def _extend(self, base: FoldedLayers, taken: tuple[str | None, ...]) -> FoldedLayers:
        path = taken[-1]
        if path is None:
            extended = FoldedLayers(base.root, base.layers, complete=False, faults=base.faults)
        else:
            document = self._documents.layer(path)
            faults = list(document.faults)
            root = base.root if document.root is None else merge(base.root, document.root, faults)
            whole = base.complete and document.complete
            extended = FoldedLayers(root, (*base.layers, path), whole, (*base.faults, *faults))
        self._bases[taken] = extended
        return extended

    def _missing(self, path: str, reason: str, place: Position) -> Diagnostic:
        near = advice(path, self._documents.siblings(path)) or "write the layer, or correct its path"
        return error(f"no layer '{path}': {reason}", near, place)


def _resolved_path(
    layer: LayerPath, cell: CellAddress, own: Sequence[Node], base: FoldedLayers, faults: list[Diagnostic]
) -> str | None:
    """Resolve the references in a layer's path; None if one can't be."""
    texts: list[str] = []
    for part in layer.parts:
        text = part if isinstance(part, str) else _looked_up(part, cell, own, base)
        if isinstance(text, Diagnostic):
            faults.append(text if text.position else error(text.summary, text.detail, _start(own, layer)))
            return None
        texts.append(text)
    return posixpath.normpath("".join(texts))


def _looked_up(
    reference: Reference, cell: CellAddress, own: Sequence[Node], base: FoldedLayers
) -> str | Diagnostic:
    if reference.head != "cell":
        return error(f"a layer's path can't use '${{{reference}}}'", "it may use `${cell.*}` only")
    node = selecting_node(reference.path, own, base)
    if node is None:
        if reference.path == ("name",):
            return cell.cell
        key = ".".join(reference.path)
        return error(f"the cell has no '{key}', which chooses its layer", f"set '{key}' in its own file")
    text = scalar_text(node.value) if node.plain and node.merge_tag is not MergeTag.UNSET else None
    if not text:
        detail = "write a plain text there: layers are chosen before references are replaced"
        return error(f"'{'.'.join(reference.path)}' can't choose a layer", detail, node.position)
    return text


def selecting_node(path: Sequence[str], own: Sequence[Node], base: FoldedLayers) -> Node | None:
    """Find a key that selects a layer: in the cell's own files first, then in the layers so far."""
    for root in own:
        if (node := get_node(root, *path)) is not None:
            return node
    setting = base.root
    for key in path:
        setting = setting.get(key) if setting is not None else None
    return setting.node if setting is not None else None


def _place(layer: LayerPath, own: Sequence[Node], base: FoldedLayers) -> Position:
    """Tell where a layer's path comes from: the key that it refers to, or else fleet.yaml."""
    for part in layer.parts:
        if isinstance(part, Reference) and (node := selecting_node(part.path, own, base)):
            return node.position
    return layer.position


def _start(own: Sequence[Node], layer: LayerPath) -> Position:
    return own[0].position if own else layer.position


@dataclass(frozen=True, slots=True)
class CellLayers:
    """A cell's layers and own files, merged."""

    base: FoldedLayers
    """The layers below the cell's own files; shared by the cells that take the same."""
    root: Setting
    faults: Faults
    layers: tuple[str, ...] = ()
    """The paths of the named ones, lowest first."""
    complete: bool = True
    """False if the mark of a suspended cell could not be followed."""


def merge_layers(
    own: OwnDocuments,
    named: FoldedLayers,
    placement: CellAddress | None,
    sections: Setting | None,
    layering: Layering,
) -> CellLayers:
    """Merge a cell's layers: the named ones, the placement's `levels` section, the cell's own files.

    `own` must have been readable.
    """
    section = sections.get(layering.level) if sections is not None else None
    base = named
    if placement is not None and section is not None:
        base = layering.with_section(named, placement, section)
    faults: Faults = [*own.faults, *base.faults]
    first, *rest = own.roots
    root = merge(base.root, first, faults)
    for node in rest:
        root = merge(root, node, faults)
    faults.extend(exception_faults(base.root, own.roots))
    root = without_inherited(base.root, root, own.roots)
    mark = root.get(LIFECYCLE)
    if mark is None:
        return CellLayers(base, root, faults, base.layers)
    if fault := mark_fault(mark.written(), mark.node.position, layering.level, known=layering.has_suspended):
        faults.append(fault)
        return CellLayers(base, root, faults, base.layers, complete=False)
    if mark.written() != SUSPENDED:
        return CellLayers(base, root, faults, base.layers)
    root, path = layering.suspended(root, faults)
    layers = base.layers if path is None else (*base.layers, path)
    return CellLayers(base, root, faults, layers, complete=path is not None)
