"""A server that speaks as much of GitHub's and GitLab's APIs as a change needs."""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

Document: TypeAlias = Any
"""JSON, as it came."""

TOKEN = "token-of-the-tests"
START = "1" * 40
FIRST = {"README.md": "A fleet.\n", "clients/acme.yaml": "{}\n"}


@dataclass
class HostedRepository:
    """Commits with whole trees, branches and pull requests."""

    trees: dict[str, dict[str, str]] = field(default_factory=lambda: {"t0": dict(FIRST)})
    commits: dict[str, dict[str, Document]] = field(
        default_factory=lambda: {START: {"tree": "t0", "message": "All", "author": {}, "parents": []}}
    )
    branches: dict[str, str] = field(default_factory=lambda: {"main": START})
    requests: list[dict[str, Document]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    failing: str = ""
    """Calls whose path has this are answered with an error of the server."""

    def files(self, branch: str) -> Mapping[str, str]:
        return self.trees[self.commits[self.branches[branch]]["tree"]]

    def commit(self, tree: dict[str, str], message: str, author: Document, parent: str) -> str:
        name = hashlib.sha1(repr(sorted(tree.items())).encode()).hexdigest()  # noqa: S324  a name
        self.trees[name] = tree
        commit = hashlib.sha1(repr((name, message, author, parent)).encode()).hexdigest()  # noqa: S324  as above
        self.commits[commit] = {"tree": name, "message": message, "author": author, "parents": [parent]}
        return commit


@contextmanager
def hosted(hosting: type["_Hosting"]) -> Iterator[tuple[str, HostedRepository]]:
    """Serve a repository; gives the API's address and the repository."""
    repository = HostedRepository()
    handler = type("Handler", (hosting,), {"repository": repository})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{hosting.prefix}", repository
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Hosting(BaseHTTPRequestHandler):
    prefix = ""
    repository: HostedRepository

    def do_GET(self) -> None:
        self._answer("GET", None)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        self._answer("POST", json.loads(self.rfile.read(length) or b"null"))

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, method: str, body: Document) -> None:
        parts = urlsplit(self.path)
        path = parts.path.removeprefix(self.prefix).strip("/")
        self.repository.asked.append(f"{method} {path}")
        query = {key: found[0] for key, found in parse_qs(parts.query).items()}
        if not self.may():
            status, document = 401, {"message": "Bad credentials"}
        elif self.repository.failing and self.repository.failing in path:
            status, document = 500, {"message": "out of order"}
        else:
            status, document = self.answer(method, path, query, body)
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def may(self) -> bool:
        raise NotImplementedError

    def answer(self, method: str, path: str, query: dict[str, str], body: Document) -> tuple[int, Document]:
        raise NotImplementedError


class GitHubHosting(_Hosting):
    """GitHub's repository `acme/fleet`."""

    def may(self) -> bool:
        return self.headers.get("Authorization", "").split()[-1:] == [TOKEN]

    def answer(  # noqa: C901, PLR0911, PLR0912  one for each call
        self, method: str, path: str, query: dict[str, str], body: Document
    ) -> tuple[int, Document]:
        repository = self.repository
        rest = path.removeprefix("repos/acme/fleet").strip("/").split("/")
        if not path.startswith("repos/acme/fleet"):
            return 404, {"message": "Not Found"}
        match method, rest:
            case "GET", [""]:
                return 200, {
                    "name": "fleet",
                    "full_name": "acme/fleet",
                    "default_branch": "main",
                    "url": f"http://{self.headers['Host']}/repos/acme/fleet",
                }
            case "GET", ["git", "commits", sha]:
                return self._commit(200, sha)
            case "GET", ["git", "ref" | "refs", "heads", *name]:
                return self._ref(200, "/".join(name))
            case "GET", ["git", "trees", tree]:
                return self._tree(200, tree)
            case "GET", ["pulls"]:
                wanted = query.get("head", "").partition(":")[2]
                return 200, [item for item in repository.requests if not wanted or item["branch"] == wanted]
            case "POST", ["git", "trees"]:
                files = dict(repository.trees[body["base_tree"]])
                files |= {item["path"]: item["content"] for item in body["tree"]}
                made = hashlib.sha1(repr(sorted(files.items())).encode()).hexdigest()  # noqa: S324  a name
                repository.trees[made] = files
                return self._tree(201, made)
            case "POST", ["git", "commits"]:
                if body["tree"] not in repository.trees or body["parents"][0] not in repository.commits:
                    return 422, {"message": "Object does not exist"}
                files = repository.trees[body["tree"]]
                author = body.get("author", {})
                return self._commit(
                    201, repository.commit(files, body["message"], author, body["parents"][0])
                )
            case "POST", ["git", "refs"]:
                branch = body["ref"].removeprefix("refs/heads/")
                if branch in repository.branches:
                    return 422, {"message": "Reference already exists"}
                repository.branches[branch] = body["sha"]
                return self._ref(201, branch)
            case "POST", ["pulls"]:
                return self._pull(body)
            case _:
                return 404, {"message": "Not Found"}

    def _pull(self, body: Document) -> tuple[int, Document]:
        repository = self.repository
        taken = any(item["branch"] == body["head"] for item in repository.requests)
        if taken or body["head"] not in repository.branches or body["base"] not in repository.branches:
            return 422, {"message": "Validation Failed", "errors": [{"field": "head"}]}
        number = len(repository.requests) + 1
        made = {
            "number": number,
            "html_url": f"https://github.example.com/acme/fleet/pull/{number}",
            "title": body["title"],
            "body": body["body"],
            "state": "open",
            "branch": body["head"],
            "head": {"ref": body["head"], "sha": repository.branches[body["head"]]},
            "base": {"ref": body["base"]},
        }
        repository.requests.append(made)
        return 201, made

    def _commit(self, status: int, sha: str) -> tuple[int, Document]:
        found = self.repository.commits.get(sha)
        if found is None:
            return 404, {"message": "Not Found"}
        tree = {"sha": found["tree"]}
        parents = [{"sha": parent} for parent in found["parents"]]
        return status, {**found, "sha": sha, "tree": tree, "parents": parents}

    def _ref(self, status: int, name: str) -> tuple[int, Document]:
        if name not in self.repository.branches:
            return 404, {"message": "Not Found"}
        target = {"sha": self.repository.branches[name], "type": "commit"}
        return status, {"ref": f"refs/heads/{name}", "object": target}

    def _tree(self, status: int, name: str) -> tuple[int, Document]:
        files = self.repository.trees[name]
        return status, {"sha": name, "tree": [{"path": path, "type": "blob"} for path in sorted(files)]}


class GitLabHosting(_Hosting):
    """GitLab's project `acme/infra/fleet`."""

    prefix = "/api/v4"

    def may(self) -> bool:
        return self.headers.get("PRIVATE-TOKEN") == TOKEN

    def answer(  # noqa: PLR0911  as above
        self, method: str, path: str, query: dict[str, str], body: Document
    ) -> tuple[int, Document]:
        repository = self.repository
        _, project, *rest = path.split("/")
        if unquote(project) not in {"acme/infra/fleet", "7"}:
            return 404, {"message": "404 Project Not Found"}
        match method, rest:
            case "GET", []:
                return 200, {"id": 7, "name": "fleet", "default_branch": "main"}
            case "GET", ["repository", "branches", name]:
                return self._branch(unquote(name))
            case "GET", ["merge_requests"]:
                wanted = query.get("source_branch")
                return 200, [
                    item for item in repository.requests if wanted is None or item["source_branch"] == wanted
                ]
            case "GET", ["merge_requests", number]:
                return 200, repository.requests[int(number) - 1]
            case "POST", ["repository", "commits"]:
                return self._commit(body)
            case "POST", ["merge_requests"]:
                return self._merge_request(body)
            case _:
                return 404, {"message": "404 Not Found"}

    def _branch(self, name: str) -> tuple[int, Document]:
        commit = self.repository.branches.get(name)
        if commit is None:
            return 404, {"message": "404 Branch Not Found"}
        found = self.repository.commits[commit]
        return 200, {"name": name, "commit": {"id": commit, "message": found["message"]}}

    def _commit(self, body: Document) -> tuple[int, Document]:
        repository = self.repository
        start = body.get("start_sha") or repository.branches.get(body.get("start_branch", ""))
        if body["branch"] in repository.branches:
            return 400, {"message": f"A branch called '{body['branch']}' already exists."}
        if start not in repository.commits:
            return 400, {"message": "You can only create or edit files when you are on a branch"}
        files = dict(repository.trees[repository.commits[start]["tree"]])
        for item in body["actions"]:
            if (item["action"] == "create") is (item["file_path"] in files):
                return 400, {"message": "A file with this name already exists or doesn't"}
            files[item["file_path"]] = item["content"]
        author = {"name": body.get("author_name"), "email": body.get("author_email")}
        commit = repository.commit(files, body["commit_message"], author, start)
        repository.branches[body["branch"]] = commit
        return 201, {"id": commit, "message": body["commit_message"], "author_name": author["name"]}

    def _merge_request(self, body: Document) -> tuple[int, Document]:
        repository = self.repository
        if any(item["source_branch"] == body["source_branch"] for item in repository.requests):
            return 409, {"message": ["Another open merge request already exists for this source branch"]}
        number = len(repository.requests) + 1
        made = {
            **body,
            "id": 100 + number,
            "iid": number,
            "project_id": 7,
            "state": "opened",
            "web_url": f"https://gitlab.example.com/acme/infra/fleet/-/merge_requests/{number}",
        }
        repository.requests.append(made)
        return 201, made
