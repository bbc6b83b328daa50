"""Tells which program has written a local state last, by the beginning of its file."""

import re
from pathlib import Path

from cellwright.model.binary import BinaryVersion, Product

_BEGINNING = 64 * 1024
"""Bytes that are looked at: the version stands first, a provider soon after the outputs."""
_VERSION = re.compile(rb'\A\{(\s*)"version":\s*4,\s*"terraform_version":\s*"(\d+)\.(\d+)([^"\\]*)"')
_PROVIDER = re.compile(rb'"provider":\s*"[^"]*\[\\"registry\.(terraform\.io|opentofu\.org)/')
_TOLD_APART = ((1, 9), (1, 12))
"""From the one version up to the other, OpenTofu writes states in one line, and Terraform in many."""


def state_writer(content: bytes) -> BinaryVersion | None:
    """Tell which program has written a state, given its beginning; None if it does not say.

    Both products write only a version: which of them it was is told by the registry of its providers, else
    by the form, and is None where neither tells. Only for a state as it lies in its file: what `state pull`
    prints names the program that pulled it, and so does the state in a plan.
    """
    found = _VERSION.match(content)
    if found is None:
        return None
    release = int(found[2]), int(found[3])
    version = f"{release[0]}.{release[1]}{found[4].decode(errors='replace')}"
    return BinaryVersion(_by_registry(content) or _by_form(release, in_one_line=not found[1]), version)


def writer_of_file(path: Path) -> BinaryVersion | None:
    """As `state_writer`; None also if there is no such file, or it can't be read."""
    try:
        with path.open("rb") as file:
            return state_writer(file.read(_BEGINNING))
    except OSError:
        return None


def _by_registry(content: bytes) -> Product | None:
    hosts = set(_PROVIDER.findall(content[:_BEGINNING]))
    if len(hosts) != 1:
        return None
    return "tofu" if hosts == {b"opentofu.org"} else "terraform"


def _by_form(release: tuple[int, int], *, in_one_line: bool) -> Product | None:
    first, end = _TOLD_APART
    if not first <= release < end:
        return None
    return "tofu" if in_one_line else "terraform"
