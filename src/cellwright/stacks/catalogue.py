"""The stacks of a fleet: finds the source tree and the contract of each pin, once."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cellwright.model.binary import BinarySettings, Product
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.once import OncePerKey
from cellwright.model.text.json_text import read_json
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract
from cellwright.stacks.findings import stack_findings
from cellwright.stacks.reading.module import TerraformModule
from cellwright.stacks.reading.module_cache import ModuleCache
from cellwright.stacks.source.address import GitSource, LocalSource, parse_source
from cellwright.stacks.source.gathering import ProductNeeded, gather_tree
from cellwright.stacks.source.links import resolved
from cellwright.stacks.source.tree import StackTree

if TYPE_CHECKING:
    from cellwright.stacks.source.checkout import Checkouts

_SHOWN_DIGITS = 12


class _Wanted(NamedTuple):
    """A source at its version, as a product reads it; None as long as both read the same."""

    source: str
    version: str | None
    product: Product | None
    constants: tuple[tuple[str, str], ...]
    commit: str | None


def _terraform(_binary: BinarySettings) -> Product:
    return "terraform"


@dataclass(frozen=True, slots=True)
class _Stack:
    tree: StackTree
    contract: Contract


@dataclass(frozen=True, slots=True)
class _Location:
    """The location of a source: its folder, and for git the checkout that no path may leave."""

    folder: Path
    label: str
    commit: str | None = None
    checkout: Path | None = None


class Catalogue:
    """Gives trees and contracts by pin, from any thread; for one pin the result never changes."""

    def __init__(
        self,
        fleet_root: Path,
        cache: Path,
        environment: Mapping[str, str],
        product_of: Callable[[BinarySettings], Product] = _terraform,
        git_base: Path | None = None,
    ) -> None:
        """Start empty; `environment` is for the git processes.

        `product_of` is asked only for stacks with files that OpenTofu alone reads. Git addresses that are
        paths start at `git_base`, if it is another folder than the fleet's.
        """
        self._git_base = git_base or fleet_root
        self._environment = environment
        self._root = Path(os.path.abspath(fleet_root))  # noqa: PTH100 -- Path.absolute keeps "..", resolve follows links
        self._cache = cache
        self._environment = environment
        self._modules = ModuleCache(cache / "modules")
        self._product_of = product_of
        self._stacks: OncePerKey[_Wanted, _Stack | DiagnosticError | ProductNeeded] = OncePerKey()

    @cached_property
    def _checkouts(self) -> "Checkouts":
        # Imported when a source lies in git: it brings locks and the starting of processes.
        from cellwright.stacks.source.checkout import Checkouts  # noqa: PLC0415

        return Checkouts(self._cache / "git", self._environment)

    def tree(self, pin: StackPin) -> StackTree:
        """Give the pinned stack's source tree.

        Raises:
            DiagnosticError: the source is malformed, can't be fetched, has no such ref or folder, is empty,
                does not parse, or leaves its tree.
        """
        return self._stack(pin).tree

    def contract(self, pin: StackPin) -> Contract:
        """Give the pinned stack's contract; positions are relative to the fleet's root if inside it.

        Raises:
            DiagnosticError: as for `tree`.
        """
        return self._stack(pin).contract

    def local_folders(self) -> set[Path]:
        """Give the folders outside any checkout that were read so far."""
        trees = (known.tree for known in self._stacks.made() if isinstance(known, _Stack))
        return {tree.folder for tree in trees if tree.commit is None}

    def known_contracts(self) -> list[Contract]:
        """Give the contracts that were read so far."""
        return [known.contract for known in self._stacks.made() if isinstance(known, _Stack)]

    def _stack(self, pin: StackPin) -> _Stack:
        wanted = _Wanted(pin.source, pin.version, None, pin.constants, pin.commit)
        try:
            return self._known(wanted)
        except ProductNeeded:
            return self._known(wanted._replace(product=self._product_of(pin.binary)))

    def _known(self, wanted: _Wanted) -> _Stack:
        found = self._stacks.get(wanted, lambda: self._outcome(wanted))
        # A new exception for each caller: raising one twice would extend its traceback.
        if isinstance(found, DiagnosticError):
            raise DiagnosticError(*found.diagnostics)
        if isinstance(found, ProductNeeded):
            raise ProductNeeded
        return found

    def _outcome(self, wanted: _Wanted) -> _Stack | DiagnosticError | ProductNeeded:
        """Load a stack, or give why it can't be; an interrupt or a bug is no outcome and is not kept."""
        try:
            return self._load(wanted)
        except ProductNeeded as needed:
            return needed
        except DiagnosticError as fault:
            return DiagnosticError(*(self._with_shown_path(item) for item in fault.diagnostics))

    def _load(self, wanted: _Wanted) -> _Stack:
        place = self._find(wanted)
        values = {name: read_json(text) for name, text in wanted.constants}
        gathered = gather_tree(
            place.folder, self._module, place.label, place.checkout, wanted.product, values, limit=self._root
        )
        root = gathered.root
        tree = StackTree(
            files=gathered.files,
            module=gathered.module,
            digest=gathered.digest,
            label=place.label,
            commit=place.commit,
            folder=gathered.folder,
        )
        contract = Contract(
            variables=root.variables,
            outputs=root.outputs,
            providers=root.providers,
            versions=tuple(version for module in gathered.modules for version in module.versions),
            findings=(
                *stack_findings(gathered.modules),
                *map(self._with_shown_path, gathered.outside_findings),
            ),
            fetches=any(not call.is_local for module in gathered.modules for call in module.calls),
            deciding=gathered.deciding,
            own_values=gathered.own_values,
            computed_findings=tuple(map(self._with_shown_path, gathered.computed_findings)),
        )
        return _Stack(tree, contract)

    def _module(self, folder: str, files: Mapping[str, bytes]) -> TerraformModule:
        return self._modules.module(self._shown_path(folder), files)

    def _find(self, wanted: _Wanted) -> _Location:
        match parse_source(wanted.source, wanted.version):
            case LocalSource(path=path):
                return self._local(path, wanted.commit)
            case GitSource() as source:
                url = self._url(source.url)
                commit = wanted.commit or self._checkouts.commit(url, source.ref)
                checkout = self._checkouts.files(url, commit)
                label = f"{source} ({commit[:_SHOWN_DIGITS]})"
                return _Location(resolved(checkout, source.folder), label, commit, checkout)

    def _local(self, path: str, commit: str | None) -> _Location:
        """Find a folder; with a commit, in the checkout of that commit of the repository which it lies in."""
        if commit is None:
            return _Location(resolved(self._root, path), path)
        from cellwright.stacks.source.former import former_fleet  # noqa: PLC0415  seldom asked for

        former = former_fleet(self._root, commit, self._checkouts, self._environment)
        place = former.folder(path, self._root)
        if place is None:
            return _Location(resolved(self._root, path), path)
        label = f"{path} ({commit[:_SHOWN_DIGITS]})"
        return _Location(resolved(former.checkout, str(place)), label, commit, former.checkout)

    def _url(self, url: str) -> str:
        """Make a git address independent of the current folder: a path starts at the fleet's root."""
        if ":" in url:
            return url
        return os.path.normpath(self._git_base.absolute() / url)

    def _with_shown_path(self, item: Diagnostic) -> Diagnostic:
        if item.position is None:
            return item
        return replace(item, position=replace(item.position, file=self._shown_path(item.position.file)))

    def _shown_path(self, path: str) -> str:
        """Give a path as in positions: relative to the fleet's root if inside it."""
        return path.removeprefix(f"{self._root}/")
