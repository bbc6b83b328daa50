"""`doctor`: what is there, what is broken, what to do; never a traceback, never a secret."""

import json
import shutil
import socket
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError  # type: ignore[import-untyped]

from cellwright.app.doctor import clouds, machine
from cellwright.app.doctor.report import Line, Standing, examined
from cellwright.terraform.install.platform import this_platform
from every_command import answer
from unit.app.kit import NOBODY, install_program, make_fleet, put_under_git

SECRET = "sesame-open-9"
NOW = datetime(2026, 11, 22, 21, 48, tzinfo=UTC)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    return {**NOBODY, "PATH": f"{install_program(tmp_path / 'bin')}:/usr/bin:/bin", "HOME": str(home)}


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n")
    put_under_git(root)
    return root


def doctor(
    folder: Path, environment: Mapping[str, str], *more: str
) -> tuple[int, dict[str, list[tuple[str, str]]]]:
    """Run it; gives the exit code, and standing and text of each line by topic."""
    code, text = answer((*more, "doctor", "--json"), folder, environment)
    document = json.loads(text[text.index("{") :])
    assert document["broken"] == (code == 1)
    found: dict[str, list[tuple[str, str]]] = {}
    for line in document["lines"]:
        found.setdefault(line["topic"], []).append((line["standing"], line["told"]))
        assert line["advice"] or line["standing"] in ("well", "skipped"), line
    return code, found


def test_a_fleet_in_which_all_is_well(
    fleet: Path, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roomy = shutil.disk_usage(tmp_path)._replace(free=2**40)  # whatever this machine has
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: roomy)
    code, found = doctor(fleet, environment)
    assert code == 0
    assert {topic: lines[0][0] for topic, lines in found.items()} == {
        "fleet": "well",
        "git": "well",
        "disk": "well",
        "ledger": "skipped",
        "program": "well",
        "providers": "well",
        "clock": "skipped",
        "credentials": "skipped",
        "states": "well",
    }
    assert not (fleet / ".cellwright").exists(), "nothing is made"


def test_outside_of_a_fleet_it_says_so(tmp_path: Path, environment: dict[str, str]) -> None:
    code, found = doctor(tmp_path, environment)
    assert (code, found["fleet"][0][0]) == (1, "broken")


def test_errors_in_settings_and_a_garbled_ledger_keep_nothing_else_from_being_looked_at(
    fleet: Path, environment: dict[str, str]
) -> None:
    (fleet / "clients" / "acme.yaml").write_text("stacks: {app: {nothing_like_it: 1}}\n")
    (fleet / ".cellwright").mkdir(mode=0o700)
    (fleet / ".cellwright" / "ledger.db").write_text("junk")
    code, found = doctor(fleet, environment)
    assert code == 1
    assert found["fleet"] == [("broken", "1 error in its settings")]
    assert found["ledger"][0][0] == "broken"
    assert found["program"][0][0] == "well"
    assert (fleet / ".cellwright" / "ledger.db").read_text() == "junk"


def test_a_database_and_a_server_that_do_not_answer_are_broken_and_no_secret_is_told(
    fleet: Path, environment: dict[str, str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = f"postgresql://ada:{SECRET}@127.0.0.1:{port}/none?connect_timeout=1"
    named = {**environment, "CELLWRIGHT_SERVER": f"http://127.0.0.1:{port}", "CELLWRIGHT_TOKEN": SECRET}
    code, text = answer(("doctor",), fleet, {**named, "CELLWRIGHT_LEDGER": url})
    assert code == 1
    assert "✗ ledger" in text
    assert "✗ server" in text
    assert SECRET not in text


def test_a_program_that_is_not_there_is_told(fleet: Path, environment: dict[str, str]) -> None:
    settings = fleet / "fleet.yaml"
    settings.write_text(f"{settings.read_text()}terraform: {{binary: tofu, fetch: false}}\n")
    code, found = doctor(fleet, environment)
    assert (code, found["program"][0][0]) == (1, "broken")


def test_a_program_that_is_to_be_fetched_is_named_with_what_is_asked_of_it(
    fleet: Path, environment: dict[str, str]
) -> None:
    settings = fleet / "fleet.yaml"
    settings.write_text(f'{settings.read_text()}terraform: {{product: tofu, version: "~> 1.12"}}\n')
    _, found = doctor(fleet, {**environment, "CELLWRIGHT_FETCH": "on"})
    assert found["program"] == [("doubtful", "OpenTofu ~> 1.12 is not on this machine")]
    code, found = doctor(fleet, {**environment, "CELLWRIGHT_FETCH": "off"})
    assert (code, found["program"]) == (1, [("broken", "OpenTofu ~> 1.12 is not on this machine")])


def test_providers_of_the_other_products_registry_are_told(
    fleet: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    mirror = tmp_path / "mirror"
    for name in (
        "registry.opentofu.org/a/both",
        "registry.opentofu.org/a/one",
        "registry.terraform.io/a/both",
    ):
        (mirror / name / "1.0.0" / this_platform()).mkdir(parents=True)
    environment["CELLWRIGHT_PROVIDER_MIRROR"] = str(mirror)
    _, found = doctor(fleet, environment)
    assert found["providers"] == [
        ("well", f"3 from the mirror {mirror}"),
        ("doubtful", f"{mirror} has a/one under registry.opentofu.org only"),
    ]


@pytest.mark.parametrize(
    ("free", "standing"), [(2**40, Standing.WELL), (2**30, Standing.DOUBTFUL), (2**20, Standing.BROKEN)]
)
def test_little_room_is_told_where_the_folder_will_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, standing: Standing
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    (line,) = machine.look_at_disks({"caches": tmp_path / "not" / "there"})
    assert line.standing is standing


@pytest.mark.parametrize(
    ("seconds", "standing", "told"),
    [
        (0, Standing.WELL, "within 1 s"),
        (59, Standing.WELL, "within 59 s"),
        (-59, Standing.WELL, "within 59 s"),
        (400, Standing.BROKEN, "400 s behind"),
        (-400, Standing.BROKEN, "400 s ahead of"),
    ],
)
def test_clocks_are_compared(seconds: int, standing: Standing, told: str) -> None:
    line = machine.compared_clock("AWS", NOW + timedelta(seconds=seconds), NOW, NOW)
    assert line.standing is standing
    assert told in line.told


def test_what_nobody_expected_is_told_by_its_kind_alone() -> None:
    def look() -> list[Line]:
        raise RuntimeError(SECRET)

    (line,) = examined("key", look)
    assert line.standing is Standing.BROKEN
    assert "RuntimeError" in line.told
    assert SECRET not in line.told


class _Sts:
    """Answers as AWS does, or refuses."""

    def __init__(self, refuses: Exception | None = None) -> None:
        self.refuses = refuses

    def get_caller_identity(self) -> dict[str, Any]:
        if self.refuses:
            raise self.refuses
        headers = {"date": "Sun, 22 Nov 2026 21:48:00 GMT"}
        return {"Arn": "arn:aws:iam::1:user/ada", "ResponseMetadata": {"HTTPHeaders": headers}}

    def assume_role(self, RoleArn: str, RoleSessionName: str) -> None:  # noqa: N803  AWS's names
        if "refused" in RoleArn:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": SECRET}}, RoleSessionName)


def test_credentials_roles_and_aws_s_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clouds, "make_client", lambda *_args, **_named: _Sts())
    who = clouds.Identity(("base/prod",), {})
    credentials, clock = clouds.look_at_identity(who)
    assert (credentials.standing, credentials.told) == (
        Standing.WELL,
        "arn:aws:iam::1:user/ada (for base/prod)",
    )
    assert clock.topic == "clock"
    taken, refused = clouds.look_at_roles(who, ("arn:aws:iam::1:role/a", "arn:aws:iam::1:role/refused"))
    assert taken.standing is Standing.WELL
    assert (refused.standing, refused.told.endswith("AccessDenied")) == (Standing.BROKEN, True)


def test_refused_credentials_are_broken_and_missing_ones_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = ClientError({"Error": {"Code": "ExpiredToken", "Message": SECRET}}, "GetCallerIdentity")
    for fault, standing in ((refusal, Standing.BROKEN), (NoCredentialsError(), Standing.SKIPPED)):
        monkeypatch.setattr(clouds, "make_client", lambda *_args, why=fault, **_named: _Sts(why))
        (line,) = clouds.look_at_identity(clouds.Identity((), {}))
        assert line.standing is standing
        assert line.advice
        assert SECRET not in line.told


def test_local_states_are_named_where_the_settings_say_that_they_lie(
    fleet: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    settings = fleet / "fleet.yaml"
    share = "{path: '../share/${unit.address}.tfstate'}"
    settings.write_text(f"{settings.read_text()}\nstate: {{backend: local, config: {share}}}\n")
    _, found = doctor(fleet, environment)
    [(standing, told)] = found["states"]
    assert (standing, told.startswith(f"in files below {tmp_path.resolve()}/share")) == ("well", True)
