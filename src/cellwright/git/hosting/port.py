"""What proposing a change takes and gives, whoever hosts the repository."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cellwright.git.repository import GitIdentity
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.text.json_text import COMPACT
from cellwright.model.value import Json
from cellwright.web.json_client import JsonAnswer, JsonClient, UnansweredError

SECONDS = 20.0
"""How long one answer may take."""
LONGEST_ANSWER = 300
"""Characters of what a host says that are shown."""


@dataclass(frozen=True, slots=True)
class ProposedFile:
    """A file as it is to be."""

    path: str
    """Relative to the repository's top."""
    text: str
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change that somebody else is to merge."""

    branch: str
    """The name of its branch; the same change has the same name."""
    start: str
    """The commit that it was made on."""
    into: str | None
    """The branch that it is for; None: the repository's default branch."""
    files: Sequence[ProposedFile]
    title: str
    body: str
    author: GitIdentity | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A pull request that is open."""

    url: str
    number: int


class RepositoryHost(Protocol):
    """Whoever hosts the fleet's repository."""

    def propose(self, proposal: Proposal) -> Proposed:
        """Push the change as a branch and open a pull request; the one that is open for the branch already.

        Raises:
            DiagnosticError: the host can't be reached, or refuses.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class HostApi:
    """Asks a host's API, and says what it answers where that is a refusal."""

    url: str
    name: str
    headers: Mapping[str, str] = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    position: Position | None = None

    def get(self, path: str, allowed: Sequence[int] = ()) -> JsonAnswer:
        """Ask for a document; an error with an `allowed` status is given, too.

        Raises:
            DiagnosticError: there is no answer, or another error.
        """
        return self._checked(path, None, allowed)

    def post(self, path: str, document: Json, allowed: Sequence[int] = ()) -> JsonAnswer:
        """Send a document; as `get`."""
        return self._checked(path, document, allowed)

    def _checked(self, path: str, document: Json, allowed: Sequence[int]) -> JsonAnswer:
        client = JsonClient(self.environment, SECONDS)
        address = f"{self.url}/{path}"
        try:
            if document is None:
                answer = client.get(address, self.headers)
            else:
                headers = {**self.headers, "Content-Type": "application/json"}
                answer = client.post(address, headers, COMPACT.write(document))
        except UnansweredError as fault:
            summary = f"{self.name} can't be asked at {self.url}: {fault.why}"
            advice = fault.advice or "correct `console.pull_requests`, or try again"
            raise DiagnosticError(error(summary, advice, self.position)) from None
        if answer.status < 400 or answer.status in allowed:  # noqa: PLR2004  where errors begin (RFC 9110)
            return answer
        summary = f"{self.name} refuses: {answer.status} {said(answer.document)}".rstrip()
        raise DiagnosticError(error(summary, self._advice(answer.status), self.position))

    def _advice(self, status: int) -> str:
        if status in {401, 403}:
            return "let the token of `console.pull_requests` push branches and open pull requests"
        if status == 404:  # noqa: PLR2004  not found
            return "correct `repository` of `console.pull_requests`, or let its token see the repository"
        return "nothing was changed here; correct what it names, or try again"


def said(document: Json) -> str:
    """Give what an answer says of an error, in one short line."""
    found = document
    if isinstance(document, Mapping):
        found = document.get("message") or document.get("error") or ""
        if errors := document.get("errors"):
            found = f"{found} {COMPACT.write(errors)}"
    text = found if isinstance(found, str) else COMPACT.write(found)
    return " ".join(text.split())[:LONGEST_ANSWER]


def text_in(document: Json, *keys: str) -> str:
    """Give a text within a document; empty if there is none."""
    for key in keys:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document if isinstance(document, str) else ""


def proposed_in(document: Json, url: str, number: str) -> Proposed | None:
    """Give the pull request that a document, or the first of a list, describes."""
    if isinstance(document, Sequence) and not isinstance(document, str):
        document = document[0] if document else None
    if not isinstance(document, Mapping):
        return None
    found, address = document.get(number), document.get(url)
    if not isinstance(found, int) or not isinstance(address, str):
        return None
    # It becomes a link.
    return Proposed(address, found) if address.startswith(("https://", "http://")) else None
