"""Sources of modules, and folders or addresses that are taken in their place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.url_credentials import split_url

_START = re.compile(r"(?:git::)?(?:[a-z+]+://)?(?:[\w.-]+@)?")
_TOKEN = re.compile("token|passw|secret|credential|key|sig", re.IGNORECASE)
"""Names of parameters that hold a secret: `sshkey`, `X-Amz-Signature`, `aws_access_key_secret`."""
_IS_REMOTE = re.compile(r"(?:git::|[a-z0-9+]+://|[\w.-]+@[\w.-]+:|(?:github|gitlab)\.com/|bitbucket\.org/)")


@dataclass(frozen=True, slots=True)
class SourceMap:
    """What is taken in place of a repository: `--source-map FROM=TO`, as Terragrunt has it."""

    entries: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parsed(cls, texts: Sequence[str], base: Path) -> "SourceMap":
        """Read `FROM=TO`, each; a folder starts at `base`.

        Raises:
            DiagnosticError: one has no `=`, or what it names is not there (all faults).
        """
        found: dict[str, str] = {}
        faults = []
        for text in texts:
            start, sign, end = text.partition("=")
            if not start or not sign or not end:
                faults.append(
                    error(
                        f"--source-map '{text}' is no pair", "write FROM=TO: a repository, and what is taken"
                    )
                )
                continue
            if not is_remote(end):
                folder = (base / Path(end).expanduser()).resolve()
                if not folder.exists():
                    faults.append(error(f"--source-map '{text}': {end} is not there", "correct its path"))
                end = str(folder)
            found[_plain(start)] = end
        if faults:
            raise DiagnosticError(*faults)
        return cls(found)

    def mapped(self, source: str) -> Path | str:
        """Give what is taken in a source's place: a folder, an address, or the source itself."""
        source = without_login(source)
        repository, folder, query = parted(source)
        there = self.entries.get(_plain(repository))
        if there is None:
            return source
        if is_remote(there):
            return f"{there}{f'//{folder}' if folder else ''}{f'?{query}' if query else ''}"
        return Path(there) / folder


def is_remote(source: str) -> bool:
    """Tell whether a source is an address, and no folder."""
    return _IS_REMOTE.match(source) is not None


def without_login(source: str) -> str:
    """Give a source without its password, and what may be one: the user of a web address, a token behind `?`.

    Over SSH, the user is a part of the address.
    """
    at = source.rfind("::", 0, source.find("://") + 1)
    before, url = (source[: at + 2], source[at + 2 :]) if at >= 0 else ("", source)
    parts = split_url(url)
    if parts is not None and parts.credentials:
        user = f"{parts.credentials.partition(':')[0]}@" if "ssh" in parts.scheme else ""
        source = f"{before}{parts.scheme}{user}{parts.rest}"
    place, mark, query = source.partition("?")
    kept = "&".join(item for item in query.split("&") if not _TOKEN.search(item.partition("=")[0]))
    return f"{place}{mark if kept else ''}{kept}"


def parted(source: str) -> tuple[str, str, str]:
    """Cut a source into its repository, the folder in it, and what follows `?`; without its login."""
    place, _, query = without_login(source).partition("?")
    start = place.find("://") + len("://") if "://" in place else 0
    if place.startswith("tfr:///"):
        start = len("tfr:///")
    at = place.find("//", start)
    return (place, "", query) if at < 0 else (place[:at], place[at:].strip("/"), query)


def _plain(repository: str) -> str:
    """Give an address without what differs between ways to reach one repository."""
    found = repository.rstrip("/")
    if found.startswith("tfr:"):
        return found
    return _START.sub("", found, count=1).replace(":", "/").removesuffix(".git").lower()
