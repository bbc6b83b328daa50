"""Versions of others stand in one place: the files have them, and the updater changes all of them or none."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

from cellwright.terraform.install.fetch.known_releases import newest_release
from upkeep.versions import PACKAGE, faults, main, read

_STACKS = PACKAGE / "reference" / "stacks"
_PINNED = re.compile(r'"(?P<image>[a-z0-9.-]+(?:/[a-z0-9._-]+)+):(?P<version>[0-9][^"]*)"')

VERSIONS = """\
# Kept.
images:
  vault:
    version: 1.19.5
    newest: {{ url: "{url}/vault", json: current_version }}
    in: {{ a.tf: '"hashicorp/vault:' }}
  jenkins:
    version: 2.504.3 # a line of its own
    newest: {{ url: "{url}/jenkins" }}
    in: {{ a.tf: '"jenkins/jenkins:', b.txt: ["FROM jenkins:", "# jenkins "] }}
"""
A = 'v = "hashicorp/vault:1.19.5"\nj = "jenkins/jenkins:2.504.3-lts"\n'
B = "FROM jenkins:2.504.3\n# jenkins 2.504.3\n"


def test_every_version_stands_where_the_one_place_says() -> None:
    assert [fault for used in read() for fault in faults(PACKAGE, used)] == []
    assert sum(len(used.places) for used in read()) >= 3


def test_every_image_of_the_stacks_is_named_in_the_one_place() -> None:
    named = {
        before.strip('"').removesuffix(":")
        for used in read()
        for some in used.places.values()
        for before in some
    }
    defaults = (path for path in _STACKS.glob("*/*/variables*.tf"))
    pinned = {found["image"] for path in defaults for found in _PINNED.finditer(path.read_text())}
    assert pinned - {name for name in pinned if name.startswith("example.com/")} <= named


def test_the_providers_are_those_of_the_stacks() -> None:
    aws = yaml.safe_load((PACKAGE / "versions.yaml").read_text())["providers"]["hashicorp/aws"]
    locks = [*_STACKS.glob("*/*/.terraform.lock.hcl")]
    assert len(locks) >= 15
    for path in locks:
        if "hashicorp/aws" in path.read_text():
            assert f'version     = "{aws["version"]}"' in path.read_text(), path
    for path in _STACKS.glob("*/*/versions.tf"):
        text = path.read_text()
        if '"hashicorp/aws"' in text:
            assert f'version = "{aws["allowed"]}"' in text, path


@contextmanager
def server(answers: Mapping[str, bytes | int]) -> Iterator[str]:
    """A server of releases; a number is an error."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = answers.get(self.path, 404)
            self.send_response(answer if isinstance(answer, int) else 200)
            self.end_headers()
            if isinstance(answer, bytes):
                self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as found:
        thread = Thread(target=found.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{found.server_port}"
        found.shutdown()
        thread.join()


def place(folder: Path, url: str) -> Path:
    (folder / "versions.yaml").write_text(VERSIONS.format(url=url))
    (folder / "a.tf").write_text(A)
    (folder / "b.txt").write_text(B)
    return folder


GOOD: Mapping[str, bytes | int] = {"/vault": b'{"current_version": "1.20.0"}', "/jenkins": b"2.516.1\n"}


def test_newer_versions_are_shown_and_written_into_all_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with server(GOOD) as url:
        root = place(tmp_path, url)
        assert main([], root) == 0
        shown = capsys.readouterr().out
        assert (root / "a.tf").read_text() == A
        assert main(["--write"], root) == 0
        assert '+v = "hashicorp/vault:1.20.0"' in shown
        assert "+# jenkins 2.516.1" in shown
        assert (
            root / "a.tf"
        ).read_text() == 'v = "hashicorp/vault:1.20.0"\nj = "jenkins/jenkins:2.516.1-lts"\n'
        assert (root / "b.txt").read_text() == "FROM jenkins:2.516.1\n# jenkins 2.516.1\n"
        assert "version: 2.516.1 # a line of its own" in (root / "versions.yaml").read_text()
        assert [fault for used in read(root) for fault in faults(root, used)] == []
        capsys.readouterr()
        assert main(["--write"], root) == 0
        assert capsys.readouterr().out == "vault 1.20.0: the newest\njenkins 2.516.1: the newest\n"


def test_an_action_is_used_by_the_commit_of_its_newest_version(tmp_path: Path) -> None:
    commits = {"one": "1" * 40, "two": "2" * 40}
    text = """actions:
  some/action:
    version: v1.0.0
    commit: {commit}
    newest: {{ url: "{url}/latest", json: tag_name, commits: "{url}/commits/" }}
"""
    answers: Mapping[str, bytes | int] = {
        "/latest": b'{"tag_name": "v1.1.0"}',
        "/commits/v1.1.0": f'{{"sha": "{commits["two"]}"}}'.encode(),
    }
    with server(answers) as url:
        (tmp_path / "versions.yaml").write_text(text.format(url=url, commit=commits["one"]))
        assert main(["--write"], tmp_path) == 0
    assert f"version: v1.1.0\n    commit: {commits['two']}\n" in (tmp_path / "versions.yaml").read_text()
    with server({**answers, "/commits/v1.1.0": b'{"sha": "main"}'}) as url:
        (tmp_path / "versions.yaml").write_text(text.format(url=url, commit=commits["one"]))
        assert main(["--write"], tmp_path) == 1
    assert commits["one"] in (tmp_path / "versions.yaml").read_text()


def test_the_programs_are_the_newest_that_can_be_fetched() -> None:
    programs = {used.name: used.version for used in read() if used.name in {"terraform", "tofu"}}
    assert programs == {name: newest_release(name, None) for name in ("terraform", "tofu")}


def test_a_new_major_version_is_named_and_taken_only_if_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with server({**GOOD, "/vault": b'{"current_version": "v2.0.1"}'}) as url:
        root = place(tmp_path, url)
        assert main(["--write"], root) == 0
        assert "2.0.1 is a new major version" in capsys.readouterr().out
        assert "hashicorp/vault:1.19.5" in (root / "a.tf").read_text()
        assert "jenkins/jenkins:2.516.1" in (root / "a.tf").read_text()
        assert main(["--write", "--major"], root) == 0
        assert "hashicorp/vault:2.0.1" in (root / "a.tf").read_text()


@pytest.mark.parametrize(
    "answer",
    [
        404,
        500,
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"current_version": 2}',
        b'{"current_version": "newest"}',
        b'{"current_version": "1.20.0-rc1"}',
        b'{"current_version": "1.20.0\\n"}; rm -rf /"}',
        b'{"current_version": "1.20.0.00000000000"}',
        b"\xff\xfe",
    ],
)
def test_an_answer_that_can_t_be_read_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: bytes | int
) -> None:
    with server({**GOOD, "/vault": answer}) as url:
        root = place(tmp_path, url)
        assert main(["--write"], root) == 1
    told = capsys.readouterr()
    assert "vault: " in told.err
    assert "Traceback" not in told.err
    assert (root / "a.tf").read_text() == A
    assert (root / "b.txt").read_text() == B


def test_without_a_network_nothing_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with server(GOOD) as url:
        pass
    root = place(tmp_path, url)
    assert main(["--write"], root) == 1
    assert capsys.readouterr().err.count("can't be reached") == 2
    assert (root / "a.tf").read_text() == A


def test_a_file_that_has_another_version_is_said_and_nothing_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with server(GOOD) as url:
        root = place(tmp_path, url)
        (root / "b.txt").write_text("FROM jenkins:1\n")
        assert main(["--write"], root) == 1
    assert "b.txt does not have 'FROM jenkins:2.504.3'" in capsys.readouterr().err
    assert (root / "a.tf").read_text() == A


@pytest.mark.parametrize("url", ["http://example.com/x", "file:///etc/passwd"])
def test_only_https_is_asked(tmp_path: Path, url: str) -> None:
    root = place(tmp_path, url)
    assert main(["--write"], root) == 1
