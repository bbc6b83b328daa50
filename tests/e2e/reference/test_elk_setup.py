"""What the stack `elk` tells its domain: who may do what, and when indices go."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from e2e.reference.functions import load_function
from e2e.reference.readme import STACKS

MAPPINGS = "/_plugins/_security/api/rolesmapping/"
POLICY = "/_plugins/_ism/policies/logs"
REQUEST = {
    "delivery": "arn:aws:iam::1:role/delivery",
    "managers": ["arn:aws:iam::1:role/operator"],
    "readers": ["arn:aws:iam::1:role/auditor"],
    "index_days": 90,
}


class Domain(BaseHTTPRequestHandler):
    """Keeps what is put, and numbers the versions of its policy as OpenSearch does."""

    kept: dict[str, Any]
    signatures: list[str]
    refused: str
    changed: list[str]

    def do_GET(self) -> None:
        known = self.kept.get(self.path)
        self._answer(404 if known is None else 200, known or {})

    def do_PUT(self) -> None:
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.signatures.append(self.headers["Authorization"])
        if path == self.refused:
            return self._answer(403, {"message": "no permissions"})
        if path == POLICY:
            if path in self.kept and query.get("if_seq_no") != [str(self.kept[path]["_seq_no"])]:
                return self._answer(409, {"error": "version conflict"})
            version = self.kept.get(path, {"_seq_no": 6})["_seq_no"] + 1
            document = {**document, "_seq_no": version, "_primary_term": 1}
        self.kept[path] = document
        return self._answer(200, {})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.changed.append(self.path)
        self._answer(200, {"updated_indices": 1})

    def _answer(self, status: int, document: Any) -> None:  # noqa: ANN401  any JSON
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(name="domain")
def domain_fixture(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Domain]]:
    made = type("Made", (Domain,), {"kept": {}, "signatures": [], "refused": "", "changed": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), made)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("ROLE_ARN", "arn:aws:iam::1:role/setup")
    for name in ("AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "eu-west-1" if name == "AWS_REGION" else "test")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(name="setup")
def setup_fixture(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return load_function(monkeypatch, STACKS / "utility" / "elk" / "setup.py")


def test_the_domain_learns_who_may_do_what(setup: ModuleType, domain: type[Domain]) -> None:
    assert setup.handler(REQUEST, None) == {"policy": "made"}

    members = {
        path.removeprefix(MAPPINGS): document["backend_roles"]
        for path, document in domain.kept.items()
        if path.startswith(MAPPINGS)
    }
    managers = ["arn:aws:iam::1:role/setup", *REQUEST["managers"]]  # type: ignore[misc]
    assert members == {
        "all_access": managers,
        "security_manager": managers,
        "delivery": [REQUEST["delivery"]],
        "readers": REQUEST["readers"],
        "kibana_user": REQUEST["readers"],
    }
    assert {signature.split("/")[2:4] == ["eu-west-1", "es"] for signature in domain.signatures} == {True}


def test_a_second_call_changes_nothing(setup: ModuleType, domain: type[Domain]) -> None:
    setup.handler(REQUEST, None)
    before = json.dumps(domain.kept)

    assert setup.handler(REQUEST, None) == {"policy": "as it was"}
    assert (json.dumps(domain.kept), domain.changed) == (before, [])


def test_another_time_holds_for_indices_that_there_are_too(setup: ModuleType, domain: type[Domain]) -> None:
    setup.handler(REQUEST, None)

    assert setup.handler({**REQUEST, "index_days": 30}, None) == {"policy": "changed"}
    assert domain.kept[POLICY]["policy"]["states"][0]["transitions"][0]["conditions"] == {
        "min_index_age": "30d"
    }
    assert domain.changed == ["/_plugins/_ism/change_policy/logs-*"]


def test_what_the_domain_refuses_fails_the_call(setup: ModuleType, domain: type[Domain]) -> None:
    domain.refused = f"{MAPPINGS}delivery"

    with pytest.raises(RuntimeError, match=r"PUT /_plugins/\S+/rolesmapping/delivery: 403 .*no perm"):
        setup.handler(REQUEST, None)
