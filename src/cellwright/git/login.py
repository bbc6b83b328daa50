"""Keeps user and password of a repository's address out of git's arguments and of a clone's settings."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from cellwright.files.atomic import write_file
from cellwright.files.errors import file_errors
from cellwright.git.command import GitOutcome
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.text.url_credentials import split_url, without_credentials
from cellwright.model.text.web_address import address_fault

_FILE = "login"
_OF_WEB = ("http:", "https:")
_WEB = ("http://", "https://")


class KeptLogin(NamedTuple):
    """A repository's address, and how git signs in there."""

    address: str
    """Without user and password."""
    settings: tuple[tuple[str, str], ...] = ()
    """Names and values of git's settings; a name may be set twice."""


def repository_fault(url: str) -> Diagnostic | None:
    """Tell that no repository can be at an address; one of the web that is malformed may hold a password."""
    if not url.strip() or url.startswith("-"):
        return error(f"'{url}' is no address of a repository", "give a URL")
    if url.lower().startswith(_OF_WEB) and (fault := address_fault(without_credentials(url))):
        return error("what is given is no address of a repository", f"{fault}; give a URL")
    return None


def keep_login(url: str, folder: Path) -> KeptLogin:
    """Write the user and the password of an address into a file that git reads them from.

    Git hands an address to programs of its own as an argument, which every user of the machine can read.

    Args:
        url: the address; one without a password is given as it is.
        folder: where the file is kept; nobody else may enter it.

    Raises:
        DiagnosticError: the file can't be written.
    """
    parts = split_url(url)
    if parts is None or parts.scheme not in _WEB or parts.password is None:
        return KeptLogin(url)
    host = re.split("[/?#]", parts.rest)[0]
    login = f"{quote(parts.user, safe='')}:{quote(parts.password, safe='')}"
    file = folder / _FILE
    with file_errors(f"{file} can't be written"):
        write_file(file, f"{parts.scheme}{login}@{host}\n")
    # Nobody else's credentials are asked for there: what stands in an address comes first.
    name = f"credential.{parts.scheme}{host}.helper"
    kept = ((name, ""), (name, f"store --file={shlex.quote(str(file))}"))
    return KeptLogin(parts.scheme + parts.rest, kept)


def set_up(git: Callable[..., GitOutcome], *settings: tuple[str, str]) -> GitOutcome:
    """Set a repository's settings; gives the outcome of the first that fails, or of the last one."""
    known: set[str] = set()
    outcome = GitOutcome((), 0, "", "")
    for name, value in settings:
        outcome = git("config", "--add" if name in known else "--replace-all", name, value)
        known.add(name)
        if outcome.code != 0:
            break
    return outcome
