"""A CI system's issuer of identity tokens: a real signer, and its discovery document and keys over HTTP."""

import base64
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc.jwk import KeySet, RSAKey
from joserfc.jwt import encode

GITHUB: Mapping[str, Any] = {
    "sub": "repo:medloop/fleet:environment:production",
    "repository": "medloop/fleet",
    "run_id": "4711",
    "run_attempt": "1",
    "workflow_ref": "medloop/fleet/.github/workflows/apply.yml@refs/heads/main",
    "environment": "production",
    "sha": "0" * 40,
    "actor": "ada",
}
GITLAB: Mapping[str, Any] = {
    "sub": "project_path:medloop/fleet:ref_type:branch:ref:main",
    "project_path": "medloop/fleet",
    "job_id": "815",
    "pipeline_id": "77",
    "sha": "0" * 40,
    "user_login": "grace",
}
JENKINS: Mapping[str, Any] = {
    "sub": "https://jenkins.example.com/job/medloop/job/apply/",
    "build_number": 7,
    "build_user": "ada",
}


def new_key(name: str = "one") -> RSAKey:
    """Make a key."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


@dataclass
class Issuer:
    """Signs what a test wants signed, and answers as a CI system does."""

    address: str = ""
    key: RSAKey = field(default_factory=new_key)
    broken: int = 0
    """The status with which everything is answered; 0: as it should be."""
    asked: list[str] = field(default_factory=list)
    named: str = ""
    """What it calls itself; empty: by its address."""

    def token(self, claims: Mapping[str, Any] = GITHUB, key: RSAKey | None = None, **more: Any) -> str:  # noqa: ANN401  any claim
        """Sign a token; a claim that is None is left out."""
        now = int(time.time())
        usual = {"iss": self.address, "aud": "cellwright", "iat": now, "exp": now + 300}
        given = {name: value for name, value in {**usual, **claims, **more}.items() if value is not None}
        signer = key or self.key
        return encode({"alg": "RS256", "kid": signer.kid}, given, signer)

    def unsigned(self, claims: Mapping[str, Any] = GITHUB) -> str:
        """Give a token that says that it is not signed."""
        whole = self.token(claims).split(".")[1]
        header = base64.urlsafe_b64encode(b'{"alg": "none", "typ": "JWT"}').decode().rstrip("=")
        return f"{header}.{whole}."

    def answer(self, path: str) -> tuple[int, Any]:
        """Answer a request."""
        parts = urlsplit(path)
        self.asked.append(parts.path)
        if self.broken:
            return self.broken, {}
        if parts.path == "/.well-known/openid-configuration":
            # As Jenkins' plugin does: it names endpoints that it does not have.
            return 200, {
                "issuer": self.named or self.address,
                "jwks_uri": f"{self.address}/jwks",
                "id_token_signing_alg_values_supported": ["RS256"],
                "authorization_endpoint": "https://unimplemented",
            }
        if parts.path == "/jwks":
            return 200, KeySet([self.key]).as_dict(private=False)
        if parts.path == "/token":  # as GitHub's runners answer
            return 200, {"value": self.token(aud=parse_qs(parts.query)["audience"][0])}
        return 404, {}


@contextmanager
def issuing() -> Iterator[Issuer]:
    """Run one."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, document = issuer.answer(self.path)
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
