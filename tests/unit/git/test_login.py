"""What an address holds of a login reaches the server, and no argument and no setting."""

import base64
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cellwright.git.login import KeptLogin, keep_login, repository_fault
from cellwright.git.mirror import Mirror
from cellwright.git.own_clone import OwnClone, default_branch
from cellwright.model.diagnostic import DiagnosticError
from unit.git.origins import NOBODY

PASSWORD = "c4n/ry:@ é"
WRITTEN = "c4n%2Fry%3A%40%20%C3%A9"


@contextmanager
def server(asked: list[str]) -> Iterator[str]:
    """Serve a repository that asks who is there, and then has nothing."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = self.headers.get("Authorization", "")
            asked.append(given)
            self.send_response(404 if given else 401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=found.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"127.0.0.1:{found.server_port}"
    finally:
        found.shutdown()
        thread.join()
        found.server_close()


def _branch(url: str, folder: Path, environment: dict[str, str]) -> None:
    default_branch(url, environment, folder)


def _clone(url: str, folder: Path, environment: dict[str, str]) -> None:
    clone = OwnClone(folder / "clone", url, "main", environment)
    clone.prepare()
    clone.prepare()
    clone.fetch()


def _mirror(url: str, folder: Path, environment: dict[str, str]) -> None:
    mirror = Mirror(folder / "clone", url, environment)
    mirror.prepare()
    mirror.fetch("0" * 40)


@pytest.mark.parametrize("use", [_branch, _clone, _mirror])
def test_a_password_in_an_address_is_no_argument(
    use: Callable[[str, Path, dict[str, str]], None], tmp_path: Path
) -> None:
    asked: list[str] = []
    trace, home = tmp_path / "trace", tmp_path / "home"
    home.mkdir()
    # Somebody else's credentials for all hosts.
    (home / ".gitconfig").write_text('[credential]\n\thelper = "!echo username=eve; echo password=x #"\n')
    environment = {
        **NOBODY,
        "HOME": str(home),
        "GIT_TRACE": str(trace),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
    }
    with server(asked) as host, pytest.raises(DiagnosticError) as caught:
        use(f"http://ada:{WRITTEN}@{host}/x", tmp_path, environment)
    assert base64.b64encode(f"ada:{PASSWORD}".encode()).decode() in asked[-1]
    assert "git-remote-http" in trace.read_text(), "the arguments of what git starts are there"
    told = str(caught.value) + trace.read_text()
    settings = tmp_path / "clone/.git/config", tmp_path / "clone/config"
    told += "".join(path.read_text() for path in settings if path.exists())
    assert f"//{host}/x" in told
    assert "c4n" not in told
    assert stat.S_IMODE((tmp_path / "login").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "url", ["https://host/x", "https://ada@host/x", "ssh://git:x@host/x", "/a:b@c", "git@h:x"]
)
def test_an_address_without_a_password_stays(url: str, tmp_path: Path) -> None:
    assert keep_login(url, tmp_path) == KeptLogin(url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url", ["https:/ada:hunter2@h/x", "https://ada:hunter2", "https://h/x?token=hunter2", "http:"]
)
def test_a_malformed_web_address_is_not_repeated(url: str) -> None:
    found = repository_fault(url)
    assert found is not None
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    "url", ["https://ada:a/b@h:8443/x.git", "https://h/x", "git@h:x", "/x", "ssh://git@h/x"]
)
def test_other_addresses_are_tried(url: str) -> None:
    assert repository_fault(url) is None
