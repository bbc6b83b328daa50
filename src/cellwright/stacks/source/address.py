"""Parses a stack's source in fleet.yaml: a folder, or a folder in a git repository at a ref."""

import re
from dataclasses import dataclass, replace
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.suggestion import nearest

_GIT = "git::"
_FOLDER_MARK = "//"
_SCHEMES = ("https", "http", "ssh", "git", "file")
_HOSTS = ("github.com/", "gitlab.com/", "bitbucket.org/")
_SCP = r"(?:[\w.-]+@)?[\w.-]+:(?!:)"
_SCP_WITH_USER = r"[\w.-]+@[\w.-]+:(?!:)"
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*:"
_REF = r"(?!-)[^\s\x00-\x1f\x7f~^:?*\[\\]+\Z"
_IGNORED_QUERY = frozenset({"depth"})
_FORM = "write a folder, or git::https://HOST/REPOSITORY.git//FOLDER?ref=TAG"


@dataclass(frozen=True, slots=True)
class LocalSource:
    """A folder on this machine; a relative path starts at the fleet's root."""

    path: str

    def __str__(self) -> str:
        return self.path


@dataclass(frozen=True, slots=True)
class GitSource:
    """A folder ("" is the whole repository) of a git repository at a tag, branch or commit.

    Without a ref, its default branch.
    """

    url: str
    folder: str = ""
    ref: str | None = None

    def __str__(self) -> str:
        folder = f"//{self.folder}" if self.folder else ""
        ref = f"?ref={self.ref}" if self.ref else ""
        return f"{self.url}{folder}{ref}"


StackSource: TypeAlias = LocalSource | GitSource
"""A closed union."""


def parse_source(text: str, version: str | None = None) -> StackSource:
    """Read a source; `version` replaces the ref of a git source.

    Raises:
        DiagnosticError: it is neither a folder nor a git address, contains credentials, or is a folder
            although a version is given.
    """
    if not text.strip() or "\0" in text:
        raise _fault(
            "a stack's source is empty" if not text.strip() else "a stack's source is no path", _FORM
        )
    address = _git_address(text)
    if address is None:
        _check_local(text, version)
        return LocalSource(text)
    source = _git_source(address)
    return source if version is None else replace(source, ref=_checked_ref(version))


def _git_address(text: str) -> str | None:
    """Give the git address in any of its forms; None for a folder."""
    if text.startswith(_GIT):
        return text.removeprefix(_GIT)
    if re.match(_SCP_WITH_USER, text):
        return text
    if text.startswith(_HOSTS):
        return f"https://{text}"
    return None


def _check_local(text: str, version: str | None) -> None:
    if re.match(_SCHEME, text):
        kind = text.partition(":")[0]
        raise _fault(f"a stack can't come from '{kind}:' as it is written", f"{_FORM}")
    if version is not None:
        advice = "take `version` away, or make the source a git address"
        raise _fault(f"the source '{text}' is a folder and has no version '{version}'", advice)


def _git_source(address: str) -> GitSource:
    place, _, query = address.partition("?")
    url, folder = _split_folder(place)
    if not url or url.startswith("-"):
        raise _fault("a stack's git source has no address", _FORM)
    _check_url(url)
    return GitSource(url, folder, _ref_in(query))


def _split_folder(place: str) -> tuple[str, str]:
    start = place.find("://") + len("://") if "://" in place else 0
    at = place.find(_FOLDER_MARK, start)
    if at < 0:
        return place, ""
    folder = place[at:].strip("/")
    if any(step in {"", ".", ".."} for step in folder.split("/") if folder):
        raise _fault(f"'{folder}' is no folder of a repository", "write a path without '.' and '..'")
    return place[:at], folder


def _check_url(url: str) -> None:
    if "://" not in url:
        if ":" in url and not re.match(_SCP, url):  # `ext::COMMAND` runs the command
            raise _fault(f"git does not come by '{url.partition(':')[0]}:' here", _FORM)
        return
    try:
        parts = urlsplit(url)
        user, password = parts.username, parts.password
    except ValueError:
        raise _fault("a stack's git address is malformed", _FORM) from None
    if parts.scheme not in _SCHEMES:
        known = nearest(parts.scheme, _SCHEMES) or "https"
        raise _fault(f"git does not come by '{parts.scheme}:' here", f"write {known}://")
    if password is not None or (user is not None and parts.scheme in {"http", "https"}):
        # Not shown: whoever reads the finding must not learn it. Over HTTP the user's name may be a token.
        advice = "take them out and change them; git finds them in a credential helper"
        raise _fault("a stack's source holds credentials, for everybody who reads the fleet", advice)


def _ref_in(query: str) -> str | None:
    ref = None
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name == "ref":
            ref = _checked_ref(value)
        elif name not in _IGNORED_QUERY:
            raise _fault(f"a stack's git source has '?{name}=', which is not known", "only ?ref=TAG is")
    return ref


def _checked_ref(ref: str) -> str:
    if not re.match(_REF, ref) or ".." in ref:
        raise _fault(f"'{ref}' can't be a git ref", "write a tag, a branch or a full commit id")
    return ref


def _fault(summary: str, detail: str) -> DiagnosticError:
    return DiagnosticError(error(summary, detail))
