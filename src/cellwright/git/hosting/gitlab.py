"""Merge requests at GitLab: one call of its API makes branch and commit, another the merge request."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlencode

from cellwright.git.hosting.port import HostApi, Proposal, Proposed, proposed_in, text_in
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.value import Json

_EXISTS = (HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT)


def headers_for(token: str) -> dict[str, str]:
    """Give what every request carries."""
    return {"PRIVATE-TOKEN": token, "User-Agent": "cellwright"}


@dataclass(frozen=True, slots=True)
class GitLab:
    """One project at GitLab."""

    api: HostApi
    repository: str

    def propose(self, proposal: Proposal) -> Proposed:
        """Push the change and open a merge request."""
        into = proposal.into or text_in(self.api.get(self._path()).document, "default_branch")
        if (found := self._open(proposal)) is not None:
            return found
        if not self._has_branch(proposal.branch):
            self.api.post(self._path("repository/commits"), self._commit(proposal))
        asked = self.api.post(
            self._path("merge_requests"),
            {
                "source_branch": proposal.branch,
                "target_branch": into,
                "title": proposal.title,
                "description": proposal.body,
                "remove_source_branch": True,
            },
            _EXISTS,
        )
        found = proposed_in(asked.document, "web_url", "iid") or self._open(proposal)
        if found is None:
            summary = f"{self.api.name} opens no merge request for the branch {proposal.branch}"
            raise DiagnosticError(error(summary, "open it there, or remove the branch and repeat this"))
        return found

    def _open(self, proposal: Proposal) -> Proposed | None:
        query = urlencode({"source_branch": proposal.branch, "state": "opened"})
        return proposed_in(self.api.get(self._path(f"merge_requests?{query}")).document, "web_url", "iid")

    def _has_branch(self, name: str) -> bool:
        path = self._path(f"repository/branches/{quote(name, safe='')}")
        return self.api.get(path, (HTTPStatus.NOT_FOUND,)).status == HTTPStatus.OK

    def _commit(self, proposal: Proposal) -> Json:
        author = proposal.author
        return {
            "branch": proposal.branch,
            "start_sha": proposal.start,
            "commit_message": f"{proposal.title}\n\n{proposal.body}".rstrip() + "\n",
            "actions": [
                {
                    "action": "create" if file.is_new else "update",
                    "file_path": file.path,
                    "content": file.text,
                }
                for file in proposal.files
            ],
            **({"author_name": author.name, "author_email": author.email} if author is not None else {}),
        }

    def _path(self, rest: str = "") -> str:
        return f"projects/{quote(self.repository, safe='')}/{rest}".rstrip("/")
