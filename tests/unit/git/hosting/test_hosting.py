"""Proposals at GitHub and GitLab; that the stand-ins speak as these do, their own clients judge."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import github
import gitlab
import pytest
from github import Auth, Github

from cellwright.git.hosting.opening import open_host
from cellwright.git.hosting.port import Proposal, ProposedFile, RepositoryHost
from cellwright.git.repository import GitIdentity
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.settings.console_settings import HostKind, PullRequestSettings
from cellwright.model.value import SecretReference
from unit.git.hosting.stand_in import (
    FIRST,
    START,
    TOKEN,
    GitHubHosting,
    GitLabHosting,
    HostedRepository,
    hosted,
)

BRANCH = "cellwright/onboard-client-initech-1a2b3c4d"
FILE = "clients/initech/client.yaml"
PROPOSAL = Proposal(
    branch=BRANCH,
    start=START,
    into=None,
    files=[
        ProposedFile(FILE, "tier: gold # é\n", is_new=True),
        ProposedFile("README.md", "Two.\n", is_new=False),
    ],
    title="Onboard client/initech",
    body="Ticket 7.",
    author=GitIdentity("Ada Lovelace", "ada@example.com"),
)
NAMES: dict[HostKind, str] = {"github": "acme/fleet", "gitlab": "acme/infra/fleet"}


@dataclass
class Hosted:
    kind: HostKind
    url: str
    repository: HostedRepository

    def host(self, token: str = TOKEN, name: str = "") -> RepositoryHost:
        settings = PullRequestSettings(
            kind=self.kind,
            repository=name or NAMES[self.kind],
            token=SecretReference("ci", "TOKEN"),
            url=self.url,
        )
        return open_host(settings, token, {})


@pytest.fixture(params=["github", "gitlab"])
def at(request: pytest.FixtureRequest) -> Iterator[Hosted]:
    kind: HostKind = request.param
    with hosted(GitHubHosting if kind == "github" else GitLabHosting) as (url, repository):
        yield Hosted(kind, url, repository)


def test_a_change_becomes_a_branch_and_a_request(at: Hosted) -> None:
    made = at.host().propose(PROPOSAL)
    assert made.number == 1
    assert made.url.startswith(f"https://{at.kind}.example.com/")
    assert at.repository.files(BRANCH) == {**FIRST, FILE: "tier: gold # é\n", "README.md": "Two.\n"}
    commit = at.repository.commits[at.repository.branches[BRANCH]]
    assert commit["author"] == {"name": "Ada Lovelace", "email": "ada@example.com"}
    assert commit["parents"] == [START]
    assert commit["message"] == "Onboard client/initech\n\nTicket 7.\n"
    assert at.repository.branches["main"] == START, "nothing is merged"


def test_asked_again_it_gives_the_request_that_is_open(at: Hosted) -> None:
    assert at.host().propose(PROPOSAL) == at.host().propose(PROPOSAL)
    assert len(at.repository.requests) == 1


def test_what_was_cut_off_between_branch_and_request_goes_on(at: Hosted) -> None:
    at.repository.failing = "pulls" if at.kind == "github" else "merge_requests"
    with pytest.raises(DiagnosticError, match=r"500 out of order"):
        at.host().propose(PROPOSAL)
    at.repository.failing = ""
    assert at.host().propose(PROPOSAL).number == 1


def test_a_token_that_is_refused_is_never_repeated(at: Hosted) -> None:
    with pytest.raises(DiagnosticError, match="401 Bad credentials") as caught:
        at.host("wrong-token").propose(PROPOSAL)
    assert "wrong-token" not in repr(caught.value)
    assert "wrong-token" not in repr(at.host("wrong-token"))


def test_a_repository_that_is_not_there_is_named(at: Hosted) -> None:
    with pytest.raises(DiagnosticError, match=r"correct `repository`"):
        at.host(name="acme/other").propose(PROPOSAL)


def test_a_commit_that_was_not_pushed_is_refused(at: Hosted) -> None:
    with pytest.raises(DiagnosticError, match="refuses"):
        at.host().propose(replace(PROPOSAL, start="2" * 40))
    assert at.repository.requests == []


def test_a_host_that_does_not_answer_is_named() -> None:
    with pytest.raises(DiagnosticError, match="can't be asked"):
        Hosted("github", "http://127.0.0.1:9", HostedRepository()).host().propose(PROPOSAL)


def test_github_s_own_client_makes_and_reads_the_same() -> None:
    with hosted(GitHubHosting) as (url, repository):
        made = Hosted("github", url, repository).host().propose(PROPOSAL)
        with Github(auth=Auth.Token(TOKEN), base_url=url, retry=None) as client:
            found = client.get_repo("acme/fleet")
            (pull,) = found.get_pulls(state="open")
            assert (pull.number, pull.html_url, pull.title) == (made.number, made.url, PROPOSAL.title)
            commit = found.get_git_commit(pull.head.sha)
            assert commit.author.name == "Ada Lovelace"
            paths = [item.path for item in found.get_git_tree(commit.tree.sha).tree]
            assert FILE in paths
            element = github.InputGitTreeElement("a.yaml", "100644", "blob", content="{}\n")
            tree = found.create_git_tree([element], found.get_git_tree(commit.tree.sha))
            own = found.create_git_commit("By the client", tree, [commit])
            found.create_git_ref("refs/heads/own", own.sha)
            assert found.create_pull(base="main", head="own", title="Own", body="").number == made.number + 1
        assert repository.files("own")["a.yaml"] == "{}\n"


def test_gitlab_s_own_client_makes_and_reads_the_same() -> None:
    with hosted(GitLabHosting) as (url, repository):
        made = Hosted("gitlab", url, repository).host().propose(PROPOSAL)
        client = gitlab.Gitlab(url.removesuffix("/api/v4"), private_token=TOKEN)
        project = client.projects.get("acme/infra/fleet")
        (found,) = project.mergerequests.list(state="opened", get_all=True)
        assert (found.iid, found.web_url, found.title) == (made.number, made.url, PROPOSAL.title)
        assert project.branches.get(BRANCH).commit["message"].startswith(PROPOSAL.title)
        project.commits.create(
            {
                "branch": "own",
                "start_branch": "main",
                "commit_message": "By the client",
                "actions": [{"action": "create", "file_path": "a.yaml", "content": "{}\n"}],
            }
        )
        own = project.mergerequests.create({"source_branch": "own", "target_branch": "main", "title": "Own"})
        assert own.iid == made.number + 1
        assert repository.files("own")["a.yaml"] == "{}\n"
        client.session.close()
