"""Jenkins' plugins and the agents' base image: looked up for the controller's core, changed all or none."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from unit.upkeep.test_versions import server
from upkeep.versions import PACKAGE, main

VERSIONS = """\
images:
  jenkins:
    version: 2.541.3
    newest: {{ url: "{url}/core" }}
    in: {{ controller: "FROM jenkins/jenkins:" }}
jenkins:
  plugins: {{ file: plugins.txt, newest: "{url}/stable-{{core}}" }}
  agent: {{ file: agent, image: jenkins/inbound-agent, newest: "{url}/tags" }}
"""
PLUGINS = "# Pinned.\ngit:5.10.1\njob-dsl:1.94\nscript-security:1369.v9b_98a_4e95b_2d\n"
AGENT = "FROM jenkins/inbound-agent:3309.v27b_9314fd1a_4-1-jdk21\nUSER 1\n"
DIGEST = "sha256:" + "a" * 64
LIST = {
    "plugins": {
        "git": {"version": "6.0.0"},
        "job-dsl": {"version": "1.94"},
        "script-security": {"version": "1402.v94c9ce464861"},
    },
    "warnings": [
        {
            "name": "script-security",
            "type": "plugin",
            "message": "Sandbox bypass",
            "url": "https://www.jenkins.io/security/advisory/x/",
            "versions": [{"pattern": "(1[0-3][0-9]{2}[.]v[0-9a-f_]+)"}],
        },
        {"name": "job-dsl", "type": "plugin", "versions": [{"pattern": "1[.]7[0-9]"}]},
    ],
}
TAGS = {
    "results": [
        {"name": "latest-jdk21", "digest": DIGEST},
        {"name": "3309.v27b_9314fd1a_4-9-jdk17", "digest": DIGEST},
        {"name": "3327.v868139a_d00e0-1-jdk21", "digest": "sha256:" + "b" * 64},
        {"name": "3327.v868139a_d00e0-2-jdk21", "digest": DIGEST},
        {"name": "3327.v868139a_d00e0-3-alpine-jdk21", "digest": DIGEST},
    ]
}


def answers(plugins: object = LIST, tags: object = TAGS) -> Mapping[str, bytes | int]:
    return {
        "/core": b"2.541.3\n",
        "/stable-2.541.3": json.dumps(plugins).encode(),
        "/tags": json.dumps(tags).encode(),
    }


def place(folder: Path, url: str) -> Path:
    (folder / "versions.yaml").write_text(VERSIONS.format(url=url))
    (folder / "plugins.txt").write_text(PLUGINS)
    (folder / "agent").write_text(AGENT)
    (folder / "controller").write_text("FROM jenkins/jenkins:2.541.3-lts\n")
    return folder


def test_plugins_and_base_are_shown_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with server(answers()) as url:
        root = place(tmp_path, url)
        assert main([], root) == 0
        shown = capsys.readouterr().out
        assert (root / "plugins.txt").read_text() == PLUGINS
        assert main(["--write"], root) == 0
        capsys.readouterr()
        assert main(["--write", "--major"], root) == 0
        assert main([], root) == 0
        again = capsys.readouterr().out.splitlines()[-4:]
    assert "git 5.10.1: 6.0.0 is a new major version: --major takes it" in shown
    assert "job-dsl 1.94: the newest" in shown
    assert "script-security 1369.v9b_98a_4e95b_2d: has a known weakness: Sandbox bypass" in shown
    assert "+script-security:1402.v94c9ce464861" in shown
    expected = "# Pinned.\ngit:6.0.0\njob-dsl:1.94\nscript-security:1402.v94c9ce464861\n"
    assert (root / "plugins.txt").read_text() == expected
    base = f"FROM jenkins/inbound-agent:3327.v868139a_d00e0-2-jdk21@{DIGEST}\nUSER 1\n"
    assert (root / "agent").read_text() == base
    assert all(line.endswith(": the newest") for line in again)


def test_the_plugins_are_those_for_the_core_that_is_taken(tmp_path: Path) -> None:
    newer = {**answers(), "/core": b"2.555.1\n", "/stable-2.555.1": json.dumps(LIST).encode()}
    with server({name: answer for name, answer in newer.items() if name != "/stable-2.541.3"}) as url:
        assert main(["--write"], place(tmp_path, url)) == 0
    assert "script-security:1402" in (tmp_path / "plugins.txt").read_text()
    assert "jenkins:2.555.1-lts" in (tmp_path / "controller").read_text()


def test_a_digest_is_put_to_a_tag_that_has_none_and_changed_with_it(tmp_path: Path) -> None:
    same = {"results": [{"name": "3309.v27b_9314fd1a_4-1-jdk21", "digest": DIGEST}]}
    with server(answers(tags=same)) as url:
        assert main(["--write"], place(tmp_path, url)) == 0
    assert (tmp_path / "agent").read_text().startswith(f"{AGENT.splitlines()[0]}@{DIGEST}\n")


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"/stable-2.541.3": 503}, "can't be reached"),
        ({"/stable-2.541.3": b"updateCenter.post({})"}, "can't be read"),
        ({"/stable-2.541.3": b"[]"}, "it is no object"),
        ({"/stable-2.541.3": b"{}"}, "lists no plugins"),
        ({"/stable-2.541.3": b'{"plugins": {"git": {"version": "6.0.0"}}}'}, "says nothing of job-dsl"),
        ({"/stable-2.541.3": b'{"plugins": {"git": {"version": "6.0.0\\nevil:1"}}}'}, "says nothing of git"),
        ({"/tags": 404}, "can't be reached"),
        ({"/tags": b'{"results": [{"name": "latest"}]}'}, "lists no tag like"),
        (
            {"/tags": b'{"results": [{"name": "3400.v1-1-jdk21", "digest": "sha256:x"}]}'},
            "the digest of 3400.v1-1-jdk21 can't be used",
        ),
    ],
)
def test_a_list_that_can_not_be_used_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bad: Mapping[str, bytes | int], why: str
) -> None:
    with server({**answers(), **bad}) as url:
        root = place(tmp_path, url)
        assert main(["--write"], root) == 1
    assert why in capsys.readouterr().err
    assert ((root / "plugins.txt").read_text(), (root / "agent").read_text()) == (PLUGINS, AGENT)


def test_the_files_are_those_of_the_images(capsys: pytest.CaptureFixture[str]) -> None:
    plugins = {
        line.partition(":")[0]: {"version": line.partition(":")[2]}
        for line in (PACKAGE / "ci/jenkins/controller/plugins.txt").read_text().splitlines()
        if not line.startswith("#")
    }

    def ask(url: str) -> bytes:
        if "update-center" in url:
            assert url == "https://updates.jenkins.io/dynamic-stable-2.541.3/update-center.actual.json"
            return json.dumps({"plugins": plugins}).encode()
        if "inbound-agent" in url:
            return json.dumps({"results": [{"name": "3309.v27b_9314fd1a_4-1-jdk21"}]}).encode()
        raise OSError("not asked here")

    assert main([], PACKAGE, ask) == 1
    shown = capsys.readouterr().out
    assert shown.count(": the newest\n") == len(plugins) + 1
