"""The updater of src/cellwright/versions.yaml: looks for newer versions, shows what would change, changes it.

`make versions`, or `PYTHONPATH=tests .venv/bin/python -m upkeep.versions [--write] [--major]`. Nothing is
changed where an answer can't be read. A new major version is only named, unless `--major` is given: somebody
has to read what it breaks.
"""

import argparse
import json
import re
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from http.client import HTTPException
from pathlib import Path

import yaml
from packaging.version import Version

from upkeep import jenkins

PACKAGE = Path(__file__).parents[2] / "src" / "cellwright"
FILE = "versions.yaml"
_SECONDS = 20.0
_LARGEST = 1 << 25
"""Bytes of an answer: the update center's list of plugins has some millions."""
_VERSION = re.compile(r"v?[0-9]{1,4}(\.[0-9]{1,4}){1,3}\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")

Ask = Callable[[str], bytes]
"""What an address answers. Raises OSError or HTTPException."""


class VersionError(Exception):
    """What is named can't be used; the text says what and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """Something of others, and where its version stands."""

    name: str
    version: str
    url: str = ""
    key: str = ""
    """The key of a JSON answer; empty: the answer is the version."""
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Files, and what stands before the version there."""
    commit: str = ""
    """That of the version, where it is used by its commit."""
    commits: str = ""
    """The address of commits, to which the version is added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A newer version."""

    used: Used
    newest: str
    commit: str = ""

    @property
    def is_major(self) -> bool:
        return Version(self.newest).major > Version(self.used.version).major


def read(root: Path = PACKAGE) -> tuple[Used, ...]:
    """Give everything that versions.yaml names.

    Raises:
        VersionError: an entry can't be read.
    """
    document = yaml.safe_load((root / FILE).read_text())
    groups = (group for name, group in document.items() if name != jenkins.GROUP)
    return tuple(_used(name, given) for group in groups for name, given in group.items())


def _used(name: str, given: Mapping[str, object]) -> Used:
    newest, places = given.get("newest") or {}, given.get("in") or {}
    if (
        not isinstance(given.get("version"), str)
        or not isinstance(newest, dict)
        or not isinstance(places, dict)
    ):
        raise VersionError(f"{FILE}: '{name}' has no version in quotes or with two dots")
    return Used(
        name=name,
        version=str(given["version"]),
        url=str(newest.get("url", "")),
        key=str(newest.get("json", "")),
        commit=str(given.get("commit", "")),
        commits=str(newest.get("commits", "")),
        places={
            path: tuple(before if isinstance(before, list) else [before]) for path, before in places.items()
        },
    )


def faults(root: Path, used: Used) -> Iterator[str]:
    """Say where a file does not have the version that stands in versions.yaml."""
    for path, beginnings in used.places.items():
        text = (root / path).read_text() if (root / path).is_file() else ""
        for before in beginnings:
            if f"{before}{used.version}" not in text:
                yield f"{path} does not have '{before}{used.version}'"


def newest(used: Used, ask: Ask) -> Proposal | None:
    """Look for a newer version; None if there is none.

    Raises:
        VersionError: it can't be asked for, or the answer can't be read.
    """
    found = _asked(used, used.url, used.key, _VERSION, ask)
    if Version(found) <= Version(used.version):
        return None
    commit = _asked(used, f"{used.commits}{found}", "sha", _COMMIT, ask) if used.commits else ""
    written = found if used.version.startswith("v") else found.removeprefix("v")
    return Proposal(used=used, newest=written, commit=commit)


def _asked(used: Used, url: str, key: str, wanted: re.Pattern[str], ask: Ask) -> str:
    try:
        answer = ask(url)
    except (OSError, HTTPException) as fault:
        raise VersionError(f"{used.name}: {url} can't be reached: {fault}") from fault
    try:
        text = answer.decode()
        found = json.loads(text)[key] if key else text.strip()
    except (ValueError, KeyError, TypeError) as fault:
        raise VersionError(f"{used.name}: the answer of {url} can't be read: {fault!r}") from fault
    if not isinstance(found, str) or not wanted.match(found):
        raise VersionError(f"{used.name}: the answer of {url} can't be used: {str(found)[:40]!r}")
    return found


def changed(
    root: Path, proposals: Sequence[Proposal], lines: Sequence[jenkins.Newer] = ()
) -> Mapping[Path, tuple[str, str]]:
    """Give the files that would change, as they are and as they would be.

    Raises:
        VersionError: a file does not have the present version: what stands there is not known.
    """
    texts: dict[Path, tuple[str, str]] = {}
    for item in proposals:
        if told := list(faults(root, item.used)):
            raise VersionError("; ".join(told))
        places = {**item.used.places, FILE: (f"{item.used.name}:\n    version: ",)}
        for path, beginnings in places.items():
            before, after = texts.get(root / path) or ((root / path).read_text(),) * 2
            for start in beginnings:
                after = _replaced(path, after, f"{start}{item.used.version}", f"{start}{item.newest}")
            if item.commit and path == FILE:
                after = _replaced(path, after, item.used.commit, item.commit)
            texts[root / path] = before, after
    for line in lines:
        before, after = texts.get(line.path) or (line.path.read_text(),) * 2
        texts[line.path] = before, _replaced(line.path.name, after, line.old, line.new)
    return texts


def _replaced(path: str, text: str, old: str, new: str) -> str:
    if old not in text:
        raise VersionError(f"{path} does not have '{old}'")
    return text.replace(old, new)


def ask_server(url: str) -> bytes:
    """Ask over HTTPS; over HTTP this machine alone."""
    if not url.startswith(("https://", "http://127.0.0.1:")):
        raise OSError("only https:// is asked")
    with urllib.request.urlopen(url, timeout=_SECONDS) as response:  # noqa: S310  see above
        content: bytes = response.read(_LARGEST)
        return content


def main(arguments: Sequence[str] | None = None, root: Path = PACKAGE, ask: Ask = ask_server) -> int:
    """Look, show, and with `--write` change; 1 if something could not be looked at."""
    parser = argparse.ArgumentParser(prog="make versions", description=__doc__)
    parser.add_argument("--write", action="store_true", help="change the files")
    parser.add_argument("--major", action="store_true", help="newer major versions as well")
    given = parser.parse_args(arguments)
    told: list[str] = []
    proposals = list(_looked_at(root, ask, told, major=given.major))
    lines = list(_of_jenkins(root, proposals, ask, told, major=given.major))
    texts: Mapping[Path, tuple[str, str]] = {}
    try:
        texts = changed(root, proposals, lines)
    except VersionError as fault:
        told.append(str(fault))
    for path, (before, after) in texts.items():
        name = str(path.relative_to(root))
        sys.stdout.writelines(
            unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name)
        )
        if given.write and not told:
            path.write_text(after)
    for line in told:
        sys.stderr.write(f"{line}\n")
    return 1 if told else 0


def _looked_at(root: Path, ask: Ask, told: list[str], *, major: bool) -> Iterator[Proposal]:
    """Yield what is taken; say everything that was found, and put into `told` what was not."""
    for used in (item for item in read(root) if item.url):
        try:
            found = newest(used, ask)
        except VersionError as fault:
            told.append(str(fault))
            continue
        said = f"{used.name} {used.version}: "
        if found is None:
            sys.stdout.write(f"{said}the newest\n")
        elif found.is_major and not major:
            sys.stdout.write(f"{said}{found.newest} is a new major version: --major takes it\n")
        else:
            sys.stdout.write(f"{said}{found.newest}\n")
            yield found


def _of_jenkins(
    root: Path, proposals: Sequence[Proposal], ask: Ask, told: list[str], *, major: bool
) -> Iterator[jenkins.Newer]:
    """As `_looked_at`, for what stands in the files of Jenkins' images; for the core that they will have."""
    cores = [item.newest for item in proposals if item.used.name == jenkins.GROUP]
    cores += [used.version for used in read(root) if used.name == jenkins.GROUP]
    for found in jenkins.look(root, cores[0] if cores else "", ask, major=major):
        if isinstance(found, jenkins.ListError):
            told.append(str(found))
            continue
        for text in (*found.said, *(item.said for item in found.newer)):
            sys.stdout.write(f"{text}\n")
        yield from found.newer


if __name__ == "__main__":
    sys.exit(main())
