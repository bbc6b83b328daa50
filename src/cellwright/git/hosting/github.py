"""Pull requests at GitHub: its API makes the commit, puts a branch on it and opens the request."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from cellwright.git.hosting.port import HostApi, Proposal, Proposed, proposed_in, text_in
from cellwright.model.diagnostic import DiagnosticError, error

_FILE = "100644"
_EXISTS = (HTTPStatus.UNPROCESSABLE_ENTITY,)


def headers_for(token: str) -> dict[str, str]:
    """Give what every request carries."""
    return {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        "User-Agent": "cellwright",
    }


@dataclass(frozen=True, slots=True)
class GitHub:
    """One repository at GitHub."""

    api: HostApi
    repository: str

    def propose(self, proposal: Proposal) -> Proposed:
        """Push the change and open a pull request."""
        into = proposal.into or text_in(self.api.get(self._path()).document, "default_branch")
        if (found := self._open(proposal)) is not None:
            return found
        commit = self._commit(proposal)
        made = self.api.post(
            self._path("git/refs"), {"ref": f"refs/heads/{proposal.branch}", "sha": commit}, _EXISTS
        )
        # It exists where a request was cut off between branch and pull request: the same change, then.
        asked = self.api.post(
            self._path("pulls"),
            {"title": proposal.title, "head": proposal.branch, "base": into, "body": proposal.body},
            _EXISTS,
        )
        found = proposed_in(asked.document, "html_url", "number") or self._open(proposal)
        if found is None:
            summary = f"{self.api.name} opens no pull request for the branch {proposal.branch}"
            state = "exists already" if made.status in _EXISTS else "is there now"
            raise DiagnosticError(
                error(summary, f"the branch {state}: open it there, or remove the branch and repeat this")
            )
        return found

    def _open(self, proposal: Proposal) -> Proposed | None:
        owner = self.repository.partition("/")[0]
        query = urlencode({"head": f"{owner}:{proposal.branch}", "state": "open"})
        return proposed_in(self.api.get(self._path(f"pulls?{query}")).document, "html_url", "number")

    def _commit(self, proposal: Proposal) -> str:
        before = self.api.get(self._path(f"git/commits/{proposal.start}")).document
        tree = self.api.post(
            self._path("git/trees"),
            {
                "base_tree": text_in(before, "tree", "sha"),
                "tree": [
                    {"path": file.path, "mode": _FILE, "type": "blob", "content": file.text}
                    for file in proposal.files
                ],
            },
        ).document
        message = f"{proposal.title}\n\n{proposal.body}".rstrip() + "\n"
        made = self.api.post(
            self._path("git/commits"),
            {
                "message": message,
                "tree": text_in(tree, "sha"),
                "parents": [proposal.start],
                **(
                    {"author": {"name": proposal.author.name, "email": proposal.author.email}}
                    if proposal.author is not None
                    else {}
                ),
            },
        )
        return text_in(made.document, "sha")

    def _path(self, rest: str = "") -> str:
        return f"repos/{self.repository}/{rest}".rstrip("/")
