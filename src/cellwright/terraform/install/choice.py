"""Chooses the program that runs stacks: one that is named, or is on the PATH and fits, else a fetched one."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.version import Version

from cellwright.model.binary import PRODUCTS, BinarySettings, BinaryVersion, Product
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.terraform.install.binary import MINIMUM, Asking, Binary, BinaryMissingError, find_binary
from cellwright.terraform.install.fetch.known_releases import newest_release
from cellwright.terraform.install.fetch.policy import FetchPolicy
from cellwright.terraform.install.fetch.store import Store
from cellwright.terraform.install.version_constraint import (
    Constraint,
    ConstraintError,
    parse_constraint,
    parse_version,
)

DEFAULT_PRODUCT: Product = "tofu"
"""Fetched where there is neither of the two and nobody says which."""

_ON_PATH: Mapping[Product | None, tuple[str, str]] = {
    None: ("terraform", "tofu"),
    "terraform": ("terraform", "tofu"),
    "tofu": ("tofu", "terraform"),
}
"""What is looked for on the PATH, in this order. A program is what it says, not what it is called."""


_FULL = 3
"""Numbers in the version of a release."""


def nobody_is_told(_: str) -> None:
    """Drop a notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryChooser:
    """Chooses programs in one environment."""

    environment: Mapping[str, str] = field(repr=False)
    asking: Asking = field(default_factory=Asking)
    policy: FetchPolicy = field(default_factory=FetchPolicy)
    notice: Callable[[str], None] = nobody_is_told
    """Told what is fetched, and what is used instead of what could not be fetched."""

    def choose(self, wanted: BinarySettings) -> Binary:
        """Give the program that the settings mean; it is fetched if it must be.

        Raises:
            BinaryMissingError: there is none, and none may be fetched.
            DiagnosticError: it is not what is wanted, or one can't be fetched.
        """
        constraint = _constraint(wanted.version)
        if wanted.name is not None:
            return self._named(wanted)
        unfit: list[Diagnostic] = []
        found = self._on_path(wanted, unfit)
        if found is not None:
            return found
        try:
            return self._fetched(wanted.product or DEFAULT_PRODUCT, constraint)
        except DiagnosticError as fault:
            raise type(fault)(*fault.diagnostics, *unfit) from fault

    def expected(self, wanted: BinarySettings) -> BinaryVersion:
        """Tell what `choose` would give, for what is shown; without a version if it is not on this machine.

        Nothing is fetched. That it fits is not required: a run says what doesn't.

        Raises:
            DiagnosticError: the program that they mean is neither of the two, or can't be started.
        """
        if wanted.name is None and wanted.product is not None:
            found = self._on_path(wanted, [])
            return found.identity if found is not None else self._expected_in_store(wanted)
        for name in _ON_PATH[None] if wanted.name is None else (wanted.name,):
            with suppress(BinaryMissingError):
                return self._find(BinarySettings(name)).identity
        if wanted.name is None:
            return self._expected_in_store(wanted)
        # It runs nothing here: then its name says best what was meant.
        named: Product = "tofu" if "tofu" in Path(wanted.name).name else "terraform"
        return BinaryVersion(wanted.product or named, "")

    def _expected_in_store(self, wanted: BinarySettings) -> BinaryVersion:
        product = wanted.product or DEFAULT_PRODUCT
        constraint = _constraint(wanted.version)
        version = _exact(constraint) or newest_release(product, constraint)
        here = version is not None and Store.of(self.environment).path(product, version).is_file()
        return BinaryVersion(product, str(version) if here else "")

    def _find(self, wanted: BinarySettings) -> Binary:
        return find_binary(
            wanted.program, wanted.version, self.environment, product=wanted.product, asking=self.asking
        )

    def _named(self, wanted: BinarySettings) -> Binary:
        try:
            return self._find(wanted)
        except BinaryMissingError as fault:
            advice = "with terraform.product instead of it, one is fetched"
            raise BinaryMissingError(*(_with_advice(item, advice) for item in fault.diagnostics)) from fault

    def _on_path(self, wanted: BinarySettings, unfit: list[Diagnostic]) -> Binary | None:
        """Find one on the PATH that fits; why those that are there don't fit is added to `unfit`.

        Where no product is asked for, the first one that is there must fit: to pass it over would move states
        from one product to the other unasked.
        """
        for name in _ON_PATH[wanted.product]:
            try:
                return self._find(BinarySettings(name, wanted.product, wanted.version))
            except BinaryMissingError:
                continue
            except DiagnosticError as fault:
                if wanted.product is None:
                    advice = "with terraform.product set, one that fits is fetched"
                    raise DiagnosticError(
                        *(_with_advice(item, advice) for item in fault.diagnostics)
                    ) from fault
                if name == wanted.product:
                    unfit.extend(fault.diagnostics)
        return None

    def _fetched(self, product: Product, constraint: Constraint | None) -> Binary:
        store = Store.of(self.environment)
        kept = next((text for text in store.versions(product) if _fits(product, text, constraint)), None)
        version = _exact(constraint) or newest_release(product, constraint)
        if version is None and kept is None:
            raise _unknown(product, constraint)
        if version is None or store.path(product, version).is_file():
            return self._use(store, product, version or str(kept))
        _check_age(product, version)
        missing = self._fetch(store, product, version)
        if missing is None:
            return self._use(store, product, version)
        if kept is None:
            raise missing
        self.notice(f"{PRODUCTS[product]} {kept}, fetched earlier, is used: {missing.diagnostics[0].summary}")
        return self._use(store, product, kept)

    def _fetch(self, store: Store, product: Product, version: str) -> DiagnosticError | None:
        """Fetch a release; give why it can't be had, for want of a network or because that is forbidden."""
        if self.policy.forbidden_by is not None:
            label = f"{PRODUCTS[product]} {version}"
            summary = f"there is no {label} here, and none is fetched: {self.policy.forbidden_by}"
            return BinaryMissingError(error(summary, _by_hand(self.policy, product)))
        # Imported late: most machines fetch nothing, and this takes 50 ms.
        from cellwright.terraform.install.fetch.fetching import Fetcher, UnreachableError  # noqa: PLC0415
        from cellwright.terraform.install.fetch.web import Web  # noqa: PLC0415

        releases = self.policy.releases[product]
        try:
            Fetcher(releases, store, Web(self.environment), self.notice).fetch(version)
        except UnreachableError as fault:
            return fault
        return None

    def _use(self, store: Store, product: Product, version: str) -> Binary:
        """Give a program that was fetched, once it has said that it is what was wanted."""
        path = store.path(product, version)
        label = f"the {PRODUCTS[product]} {version} that was fetched"
        advice = f"remove {path.parent} to fetch it again, or {_by_hand(self.policy, product)}"
        try:
            binary = self._find(BinarySettings(str(path), product))
        except DiagnosticError as fault:
            summary = f"{label} can't be used: {fault.diagnostics[0].summary}"
            raise DiagnosticError(error(summary, advice)) from fault
        if binary.version != Version(version):
            raise DiagnosticError(error(f"{label} says that it is {binary.version}", advice))
        return binary


def _constraint(text: str | None) -> Constraint | None:
    try:
        return parse_constraint(text) if text else None
    except ConstraintError as fault:
        raise DiagnosticError(error(str(fault), "correct terraform.version")) from fault


def _exact(constraint: Constraint | None) -> str | None:
    """Give the one version that a constraint names, if it names one in full."""
    if constraint is None or [operator for operator, _ in constraint.clauses] != ["="]:
        return None
    version = constraint.clauses[0][1]
    return version if len(parse_version(version).release) == _FULL else None


def _fits(product: Product, version: str, constraint: Constraint | None) -> bool:
    known = parse_version(version)
    return known >= MINIMUM[product] and (constraint is None or constraint.allows(known))


def _check_age(product: Product, version: str) -> None:
    if Version(version) < MINIMUM[product]:
        name = PRODUCTS[product]
        summary = f"{name} {version} is not fetched: Cellwright needs {name} {MINIMUM[product]} or newer"
        raise DiagnosticError(error(summary, "change terraform.version"))


def _unknown(product: Product, constraint: Constraint | None) -> DiagnosticError:
    text, newest = constraint.text if constraint else "", newest_release(product, None)
    summary = f"of the releases of {PRODUCTS[product]} that this Cellwright knows, none is '{text}'"
    advice = "change terraform.version, name a newer one in full, or update Cellwright"
    return DiagnosticError(error(summary, f"the newest is {newest}; {advice}"))


def _by_hand(policy: FetchPolicy, product: Product) -> str:
    guide = policy.releases[product].guide
    return f"install one yourself ({guide}) and have it on the PATH, or name it with terraform.binary"


def _with_advice(found: Diagnostic, advice: str) -> Diagnostic:
    return replace(found, detail=f"{found.detail}; {advice}")
