"""Explains that `init` could not find a provider anywhere, or found one that it must not use."""

import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cellwright.model.binary import PRODUCTS, Product
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.terraform.install.mirror import HOSTS, VARIABLE, Mirror, unfollowed_link
from cellwright.terraform.install.platform import this_platform

_SUMMARIES = (
    "Failed to query available provider packages",
    "Failed to resolve provider packages",
    "Failed to install provider",
)
_PROVIDER = re.compile(
    r"(?:versions for provider|for provider|resolve provider|installing|Error while installing)\s+"
    r"([\w.-]+(?:/[\w.-]+)+)"
)
_CONSTRAINT = re.compile(
    r"Finding (?:matching versions for provider: )?(?P<name>[\w./-]+?)"
    r"(?:, version_constraint: \"(?P<json>[^\"]+)\"| versions matching \"(?P<text>[^\"]+)\")"
)
_PINNED = re.compile(r"previously-selected version (\S+) is no longer available")
_CHECKSUM = "checksums previously recorded in the dependency lock file"
_UNKNOWN = "does not have a provider named"
_NO_RELEASE = "no available releases match"
_NOT_SEARCHED = "was not found in any of the search locations"
_UNREACHED = re.compile(
    r"could not connect to|failed to request discovery document|dial tcp|request failed after"
)
_ASIDE = re.compile(
    r"\s*To see which modules are currently depending on .*?(?:terraform|tofu) providers", re.DOTALL
)
"""A command that the products recommend, and that finds nothing but in the unit's working folder."""
_HOST_PARTS = 3
"""Parts of a provider's address if it names its host."""


def _nowhere_known(_: str) -> Position | None:
    return None


@dataclass(frozen=True, slots=True)
class MissingProviders:
    """Explains the diagnostics of one `init`."""

    product: Product
    mirrors: Sequence[Mirror]
    constraints: Mapping[str, str] = field(default_factory=dict)
    """What is asked for, by the provider's name in messages."""
    place: Callable[[str], Position | None] = _nowhere_known
    """Where the stack asks for a provider, by its whole address."""

    def explained(self, item: Diagnostic) -> Diagnostic:
        """Replace a message about a missing provider by one with its name, version and mirror."""
        found = _PROVIDER.search(item.detail) if item.summary in _SUMMARIES else None
        if found is None:
            return item
        name = found[1].split(":")[0]
        address = self._address(name)
        why, advice = self._reason(address, item.detail)
        summary = f"the provider {name}{self._wanted(name, item.detail)} can't be installed: {why}"
        said = _ASIDE.sub("", item.detail).strip()
        return error(
            summary, f"{advice}; {PRODUCTS[self.product]} says: {said}", item.position or self.place(address)
        )

    def _address(self, name: str) -> str:
        """Complete a name: the products' messages leave out the host of their own registry."""
        return name if len(name.split("/")) >= _HOST_PARTS else f"{HOSTS[self.product]}/{name}"

    def _wanted(self, name: str, detail: str) -> str:
        pinned = _PINNED.search(detail)
        if pinned is not None:
            return f" {pinned[1]}, which the stack's .terraform.lock.hcl pins,"
        constraint = self.constraints.get(name)
        return f" {constraint}" if constraint else ""

    def _reason(self, address: str, detail: str) -> tuple[str, str]:
        """Say why it can't be had, and what to do."""
        if _CHECKSUM in detail:
            why = f"the stack's .terraform.lock.hcl lists no checksum of this package for {this_platform()}"
            advice = f"if the package is trusted, run `{self._lock(address)}` in the stack's folder"
            return why, f"{advice} and commit the lock file"
        held = sorted(
            f"{package.version} in {mirror.folder}"
            for mirror in self.mirrors
            for package in mirror.packages
            if package.source == address
        )
        near = (self._linked(mirror, address) or self._elsewhere(mirror, address) for mirror in self.mirrors)
        found = next(filter(None, near), None)
        if held:
            why, advice = found or ("", self._fill())
            return f"the mirror has only {', '.join(held)}{why and f'; {why}'}", advice
        return found or self._nowhere(address, detail)

    def _lock(self, address: str) -> str:
        """Give the command that adds the checksums of this platform's package to a lock file."""
        holding = next(
            (mirror for mirror in self.mirrors if any(item.source == address for item in mirror.packages)),
            None,
        )
        taken = [f"-fs-mirror={holding.folder}"] if holding is not None else []
        command = [self.product, "providers", "lock", f"-platform={this_platform()}", *taken, address]
        return shlex.join(command)

    def _linked(self, mirror: Mirror, address: str) -> tuple[str, str] | None:
        link = unfollowed_link(mirror.folder, address)
        if link is None:
            return None
        why = f"{link} is a symbolic link, and {PRODUCTS[self.product]} follows none there"
        return why, f"copy it, or let only the folder of the platform ({this_platform()}) be a link"

    def _elsewhere(self, mirror: Mirror, address: str) -> tuple[str, str] | None:
        """Look for the same provider under another registry's host."""
        host, kind = address.split("/", 1)
        others = (folder.name for folder in sorted(mirror.folder.glob("*.*")) if folder.name != host)
        under = (self._under(other, mirror, host, kind) for other in others)
        return next(filter(None, under), None)

    def _under(self, other: str, mirror: Mirror, host: str, kind: str) -> tuple[str, str] | None:
        """Say that a mirror has versions of a provider under another host that it lacks under `host`."""
        more = mirror.versions(f"{other}/{kind}") - mirror.versions(f"{host}/{kind}")
        link = None if more else unfollowed_link(mirror.folder, f"{other}/{kind}")
        if not more and link is None:
            return None
        what = "others" if mirror.versions(f"{host}/{kind}") else "it"
        product = PRODUCTS[self.product]
        why = f"the mirror {mirror.folder} has {what} under {other} only"
        why += f", and {product} looks for it under {host}"
        copy = f"copy {mirror.folder}/{other}/{kind} to {mirror.folder}/{host}/{kind}"
        if link is not None:
            why += f"; besides, {link} is a symbolic link, and {product} follows none there"
            return why, f"{copy}, with what the link leads to (cp -RL)"
        return why, f'{copy}, or let the stack ask for the one that is there: source = "{other}/{kind}"'

    def _nowhere(self, address: str, detail: str) -> tuple[str, str]:
        """Say of a provider that no mirror has what its registry answered, if it did, and what to do."""
        searched = ", ".join(str(mirror.folder) for mirror in self.mirrors)
        here = f"not in the mirror {searched}" if searched else "there is no mirror on this machine"
        answer, advice = self._answer(address.partition("/")[0], detail)
        return f"{here}, and {answer}", advice

    def _answer(self, registry: str, detail: str) -> tuple[str, str]:
        product = PRODUCTS[self.product]
        if _UNKNOWN in detail:
            why = f"the registry {registry} does not know it"
            return why, "correct its `source` in the stack's required_providers"
        if _PINNED.search(detail):
            advice = f"run `{self.product} init -upgrade` in the stack's folder and commit the lock file"
            return f"{product} finds that version nowhere any more", advice
        if _NO_RELEASE in detail:
            advice = (
                "change its `version` in the required_providers of the stack, or of a module that it uses"
            )
            return f"no release that {product} finds fits", advice
        if _NOT_SEARCHED in detail:
            return f"the configuration of {product} lets it ask no registry", self._fill()
        if _UNREACHED.search(detail):
            return f"the registry {registry} can't be reached", self._fill()
        return f"the registry {registry} did not give it", self._fill()

    def _fill(self) -> str:
        return (
            f"put it into a mirror ({self.product} providers mirror FOLDER) that terraform.mirror in "
            f"fleet.yaml or {VARIABLE} names, or give this machine a network"
        )


def explain_missing(
    diagnostics: Iterable[Diagnostic],
    messages: Iterable[str],
    mirrors: Sequence[Mirror],
    product: Product,
    place: Callable[[str], Position | None] = _nowhere_known,
) -> tuple[Diagnostic, ...]:
    """Replace messages about missing providers by ones with their name, place, version and mirror."""
    constraints = {
        found["name"]: found["json"] or found["text"]
        for message in messages
        if (found := _CONSTRAINT.search(message))
    }
    missing = MissingProviders(product, mirrors, constraints, place)
    return tuple(map(missing.explained, diagnostics))
