"""Newer versions of Jenkins' plugins, and of the image that agents are made from.

They stand in one file each, from which the images are built. Plugins are asked for at Jenkins' update center,
in the list for the core that the controller has; the agents' base at the registry, with its digest.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

import yaml

GROUP = "jenkins"
"""The part of versions.yaml that says where these files and lists are."""
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
_PLUGIN = re.compile(r"[0-9][A-Za-z0-9._-]{0,99}\Z")
_LINE = re.compile(r"^(?P<name>[a-z0-9-]+):(?P<version>\S+)$", re.MULTILINE)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")

Ask = Callable[[str], bytes]


class ListError(Exception):
    """A list can't be used; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Newer:
    """What a line of a file would become."""

    path: Path
    old: str
    new: str
    said: str


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: what is newer, and what somebody should know."""

    newer: tuple[Newer, ...]
    said: tuple[str, ...]


def look(root: Path, core: str, ask: Ask, *, major: bool = False) -> Iterator[Look | ListError]:
    """Look for newer plugins and a newer base; a list that can't be used is given as such."""
    given = yaml.safe_load((root / "versions.yaml").read_text()).get(GROUP) or {}
    looks: Mapping[str, Callable[[Mapping[str, str]], Look]] = {
        "plugins": lambda item: _plugins(root, item, core, ask, major=major),
        "agent": lambda item: _base(root, item, ask),
    }
    for name, find in looks.items():
        if name in given:
            try:
                yield find(given[name])
            except ListError as fault:
                yield fault


def _plugins(root: Path, given: Mapping[str, str], core: str, ask: Ask, *, major: bool) -> Look:
    path, url = root / given["file"], given["newest"].replace("{core}", core)
    document = _asked(url, ask)
    known, warnings = document.get("plugins"), document.get("warnings")
    if not isinstance(known, dict):
        raise ListError(f"{url} lists no plugins")
    newer, said = [], []
    for name, version in _LINE.findall(path.read_text()):
        said += [f"{name} {version}: {text}" for text in _warned(name, version, warnings or [])]
        entry = known.get(name)
        found = entry.get("version") if isinstance(entry, dict) else None
        if not isinstance(found, str) or not _PLUGIN.match(found):
            raise ListError(f"{url} says nothing of {name}: was it renamed or withdrawn?")
        if _order(found) <= _order(version):
            said.append(f"{name} {version}: the newest")
        elif _is_major(version, found) and not major:
            said.append(f"{name} {version}: {found} is a new major version: --major takes it")
        else:
            line = f"{name} {version}: {found}"
            newer.append(Newer(path, f"{name}:{version}\n", f"{name}:{found}\n", line))
    return Look(tuple(newer), tuple(said))


def _base(root: Path, given: Mapping[str, str], ask: Ask) -> Look:
    path, image, url = root / given["file"], given["image"], given["newest"]
    line = rf"^FROM {re.escape(image)}:(?P<tag>[^@\s]+)(?:@\S+)?$"
    pinned = re.search(line, path.read_text(), re.MULTILINE)
    if pinned is None:
        raise ListError(f"{given['file']} is not made from {image}")
    tags = _asked(url, ask).get("results")
    # 3309.v27b_9314fd1a_4-1-jdk21: the same ending, so the same Java and no other system.
    ending = re.escape(pinned["tag"].split("-", 2)[-1])
    kind = re.compile(rf"[0-9]+\.v[0-9a-f_]+-[0-9]+-{ending}\Z")
    fitting = {
        str(item["name"]): str(item.get("digest") or "")
        for item in (tags if isinstance(tags, list) else [])
        if isinstance(item, dict) and kind.match(str(item.get("name")))
    }
    if not fitting:
        raise ListError(f"{url} lists no tag like {pinned['tag']}")
    newest = max(fitting, key=_order)
    tag = newest if _order(newest) > _order(pinned["tag"]) else pinned["tag"]
    digest = fitting.get(tag, "")
    if digest and not _DIGEST.match(digest):
        raise ListError(f"{url}: the digest of {tag} can't be used")
    wanted = f"FROM {image}:{tag}{f'@{digest}' if digest else ''}"
    if wanted == pinned[0] or (tag == pinned["tag"] and not digest):
        return Look((), (f"{image} {tag}: the newest",))
    return Look((Newer(path, f"{pinned[0]}\n", f"{wanted}\n", f"{image} {pinned['tag']}: {wanted[5:]}"),), ())


def _asked(url: str, ask: Ask) -> Mapping[str, Any]:
    try:
        answer = json.loads(ask(url))
    except (OSError, HTTPException) as fault:
        raise ListError(f"{url} can't be reached: {fault}") from fault
    except ValueError as fault:
        raise ListError(f"the answer of {url} can't be read: {fault!r}") from fault
    if not isinstance(answer, dict):
        raise ListError(f"the answer of {url} can't be read: it is no object")
    return answer


def _warned(name: str, version: str, warnings: list[Any]) -> Iterator[str]:
    """Say which known weaknesses a version has, by the update center's warnings."""
    for item in warnings:
        if not isinstance(item, dict) or item.get("name") != name or item.get("type") != "plugin":
            continue
        patterns = [str(one.get("pattern")) for one in item.get("versions") or [] if isinstance(one, dict)]
        if any(_matches(pattern, version) for pattern in patterns):
            yield f"has a known weakness: {item.get('message')} ({item.get('url')})"


def _matches(pattern: str, version: str) -> bool:
    try:
        return re.fullmatch(pattern, version) is not None
    except re.error:
        return True  # rather one warning too many


def _order(version: str) -> tuple[int, ...]:
    """Give the numbers at a version's beginning: what follows are commits."""
    head = _NUMBERS.match(version)
    rest = re.search(r"-([0-9]+)-", version)
    numbers = tuple(int(part) for part in head[0].split(".")) if head else ()
    return (*numbers, int(rest[1])) if rest else numbers


def _is_major(old: str, new: str) -> bool:
    """Tell whether a version says of itself that it breaks something; those named by commits never do."""
    return "v" not in old and "v" not in new and _order(old)[:1] != _order(new)[:1]
