"""Which layers a cell takes, and those layers folded once for all cells that take the same."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.fleet.config.documents import Documents
from cellwright.fleet.config.settings import LayerPath
from cellwright.fleet.resolve.merge import Setting, merge
from cellwright.fleet.yaml.node import Directive, Node, get_node
from cellwright.fleet.yaml.references import Reference
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.model.scalar_text import as_text
from cellwright.model.suggestion import advice


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """Layers folded, lowest first; shared between cells, so told apart by identity."""

    root: Setting | None
    layers: tuple[str, ...]
    """The paths of the layers in it."""
    whole: bool
    """Every layer is there with every key that was written in it: what seems absent is."""
    faults: tuple[Diagnostic, ...] = ()


_NOTHING = Base(None, (), whole=True)


class Layering:
    """Folds the layers of one level."""

    def __init__(self, level: str, paths: Sequence[LayerPath], documents: Documents) -> None:
        self.level = level
        self._paths = paths
        self._documents = documents
        self._bases: dict[tuple[str | None, ...], Base] = {(): _NOTHING}
        self._placed: dict[tuple[int, CellAddress], tuple[Base, Base]] = {}

    def fixed_faults(self) -> list[Diagnostic]:
        """Find what is wrong with the layers that every cell takes, even while there is no cell."""
        faults: list[Diagnostic] = []
        for layer in self._paths:
            if layer.fixed and (reason := self._documents.missing(layer.text)):
                faults.append(self._missing(layer.text, reason, layer.position))
            elif layer.fixed:
                faults.extend(self._documents.layer(layer.text).faults)
        return faults

    def used(self) -> set[str]:
        """Give the paths of all layers that any cell has taken."""
        return {path for base in self._bases.values() for path in base.layers}

    def base(self, cell: CellAddress, own: Sequence[Node]) -> Base:
        """Fold the named layers that a cell takes; its own documents are searched for `${cell.*}` first."""
        base = _NOTHING
        taken: tuple[str | None, ...] = ()
        extra: list[Diagnostic] = []
        for layer in self._paths:
            path = layer.parts[0] if layer.fixed else _filled(layer, cell, own, base, extra)
            if path is not None and (reason := self._documents.missing(str(path))):
                extra.append(self._missing(str(path), reason, _place(layer, own, base)))
                path = None
            taken = (*taken, str(path) if path is not None else None)
            base = self._bases.get(taken) or self._extend(base, taken)
        if extra:
            return Base(base.root, base.layers, whole=False, faults=(*base.faults, *extra))
        return base

    def with_section(self, base: Base, placement: CellAddress, section: Setting) -> Base:
        """Lay upon `base` what the placement says about the cells of this level that are placed in it."""
        key = (id(base), placement)
        # The base is kept beside the result, so that its id is not given to another one.
        known = self._placed.get(key)
        if known is None:
            faults: list[Diagnostic] = []
            root = base.root
            for layer in section.layers():
                root = merge(root, layer.node, faults)
            placed = Base(root, base.layers, base.whole, (*base.faults, *faults))
            known = (base, placed)
            self._placed[key] = known
        return known[1]

    def _extend(self, base: Base, taken: tuple[str | None, ...]) -> Base:
        path = taken[-1]
        if path is None:
            extended = Base(base.root, base.layers, whole=False, faults=base.faults)
        else:
            document = self._documents.layer(path)
            faults = list(document.faults)
            root = base.root if document.root is None else merge(base.root, document.root, faults)
            whole = base.whole and document.whole
            extended = Base(root, (*base.layers, path), whole, (*base.faults, *faults))
        self._bases[taken] = extended
        return extended

    def _missing(self, path: str, reason: str, place: Position) -> Diagnostic:
        near = advice(path, self._documents.siblings(path)) or "write the layer, or mend its path"
        return error(f"no layer '{path}': {reason}", near, place)


def _filled(
    layer: LayerPath, cell: CellAddress, own: Sequence[Node], base: Base, faults: list[Diagnostic]
) -> str | None:
    """Replace the references in a layer's path; None if one can't be."""
    texts: list[str] = []
    for part in layer.parts:
        text = part if isinstance(part, str) else _looked_up(part, cell, own, base)
        if isinstance(text, Diagnostic):
            faults.append(text if text.position else error(text.summary, text.detail, _start(own, layer)))
            return None
        texts.append(text)
    return posixpath.normpath("".join(texts))


def _looked_up(reference: Reference, cell: CellAddress, own: Sequence[Node], base: Base) -> str | Diagnostic:
    if reference.head != "cell":
        return error(f"a layer's path can't use '${{{reference}}}'", "it may use `${cell.*}` only")
    node = choosing_node(reference.path, own, base)
    if node is None:
        if reference.path == ("name",):
            return cell.cell
        key = ".".join(reference.path)
        return error(f"the cell has no '{key}', which chooses its layer", f"set '{key}' in its own file")
    text = as_text(node.value) if node.plain and node.directive is not Directive.UNSET else None
    if not text:
        detail = "write a plain text there: layers are chosen before references are replaced"
        return error(f"'{'.'.join(reference.path)}' can't choose a layer", detail, node.position)
    return text


def choosing_node(path: Sequence[str], own: Sequence[Node], base: Base) -> Node | None:
    """Find a key that decides about layers: in the cell's own files first, then in the layers so far."""
    for root in own:
        if (node := get_node(root, *path)) is not None:
            return node
    setting = base.root
    for key in path:
        setting = setting.get(key) if setting is not None else None
    return setting.node if setting is not None else None


def _place(layer: LayerPath, own: Sequence[Node], base: Base) -> Position:
    """Tell where a layer's path was decided: at the key that it is made of, else in fleet.yaml."""
    for part in layer.parts:
        if isinstance(part, Reference) and (node := choosing_node(part.path, own, base)):
            return node.position
    return layer.position


def _start(own: Sequence[Node], layer: LayerPath) -> Position:
    return own[0].position if own else layer.position
