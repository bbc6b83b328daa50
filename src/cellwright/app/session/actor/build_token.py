"""The identity token that a CI system has signed for this build, by the build's environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.settings.build_settings import DEFAULT_AUDIENCE
from cellwright.web.json_client import JsonClient, UnansweredError

VARIABLE = "CELLWRIGHT_ID_TOKEN"
"""GitLab sets it, where a job's `id_tokens:` name it."""
FILE_VARIABLE = "CELLWRIGHT_ID_TOKEN_FILE"
"""Jenkins sets it, by its plugin oidc-provider."""
AUDIENCE_VARIABLE = "CELLWRIGHT_ID_TOKEN_AUDIENCE"
"""For whom GitHub is asked for a token, where no fleet's folder says so: for a server."""
_GITHUB_URL = "ACTIONS_ID_TOKEN_REQUEST_URL"
_GITHUB_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"  # noqa: S105  the name of a variable
_SECONDS = 20.0
_LONGEST = 16_384
_OWN_MACHINE = ("localhost", "127.0.0.1", "::1")


def find_build_token(environment: Mapping[str, str], audience: str = "") -> str:
    """Give this build's identity token; empty if it has none.

    GitHub makes one for each asking, for `audience`.

    Raises:
        DiagnosticError: there is one that can't be had.
    """
    token = environment.get(VARIABLE, "").strip()
    if not token and (named := environment.get(FILE_VARIABLE, "").strip()):
        token = _of_file(Path(named))
    if not token and environment.get(_GITHUB_URL) and environment.get(_GITHUB_TOKEN):
        token = _of_github(environment, audience or environment.get(AUDIENCE_VARIABLE) or DEFAULT_AUDIENCE)
    if token and not (token.isascii() and token.isprintable() and len(token) <= _LONGEST):
        raise DiagnosticError(error("the build's identity token is none", f"see {_source(environment)}"))
    return token


def _source(environment: Mapping[str, str]) -> str:
    return next((name for name in (VARIABLE, FILE_VARIABLE) if environment.get(name)), _GITHUB_URL)


def _of_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST + 1).decode("ascii", "replace").strip()
    except OSError as fault:
        told = f"the build's identity token in {path} can't be read: {os.strerror(fault.errno or 0)}"
        raise DiagnosticError(error(told, f"see {FILE_VARIABLE}")) from None


def _of_github(environment: Mapping[str, str], audience: str) -> str:
    url = environment[_GITHUB_URL]
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _OWN_MACHINE:
        told = f"{_GITHUB_URL} is no address that begins with https://"
        raise DiagnosticError(error(told, "leave it as GitHub Actions has set it"))
    asked = f"{url}{'&' if parts.query else '?'}audience={quote(audience, safe='')}"
    headers = {"Authorization": f"Bearer {environment[_GITHUB_TOKEN]}"}
    try:
        answer = JsonClient(environment, _SECONDS).get(asked, headers)
    except UnansweredError as fault:
        raise _no_answer(fault.why) from None
    token = answer.document.get("value") if isinstance(answer.document, Mapping) else None
    if not isinstance(token, str) or not token:
        raise _no_answer(f"it answers {answer.status}")
    return token


def _no_answer(why: str) -> DiagnosticError:
    told = f"GitHub gives no identity token for this build: {why}"
    return DiagnosticError(error(told, "begin the job again; it needs `permissions: {id-token: write}`"))
