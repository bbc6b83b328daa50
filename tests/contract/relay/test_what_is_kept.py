"""What the relay keeps on disk: no secret, and nothing that is used without a check."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from cellwright.relay.client.relay_client import Declined, Grant, RelayClient, RelayReport
from cellwright.relay.client.workspace_providers import find_providers
from cellwright.relay.messages import GrantRequest
from contract.relay.comparison import INIT
from contract.relay.laboratory import REQUIREMENT, Bench, Laboratory, Ran, short_folder
from contract.relay.processes import eventually, running
from contract.relay.texts import ITEM, provider

pytestmark = pytest.mark.terraform

SECRET = "correct-horse-battery-staple"
CREDENTIAL = "AKIAIOSFODNN7EXAMPLE"


@dataclass(frozen=True)
class Site:
    """A cache, and daemons that come and go over it."""

    laboratory: Laboratory
    cache: Path
    runtime: Path

    def relay(self) -> RelayClient:
        return RelayClient.connect_or_start(self.cache, self.runtime, os.environ)

    def restart(self) -> RelayClient:
        relay = self.relay()
        pid = relay.ensure_running()
        relay.stop(now=True)
        eventually(lambda: not running(pid), "the relay has ended")
        return self.relay()

    def plan(
        self, bench: Bench, *, cache_checks: bool = True, from_code: bool = True
    ) -> tuple[Ran, RelayReport]:
        """Plan with a grant that caches checks, as for a provider that is known to be safe."""
        (found,) = find_providers(
            bench.module, bench.workspace.lock_file, [self.laboratory.mirror], ()
        ).requests
        wanted = replace(found, schema_from_code=from_code, cache_checks=cache_checks)
        relay = self.relay()
        grant = relay.grant(GrantRequest(bench.module, "plan", (wanted,), None))
        assert isinstance(grant, Grant), grant
        environment = {**bench.environment("plan"), **grant.environment}
        program = (str(self.laboratory.binary.path), "plan", "-no-color", "-input=false")
        return bench.run_program(program, environment), relay.release(grant)

    def kept(self) -> list[Path]:
        everything = (*self.cache.rglob("*"), *self.runtime.rglob("*"))
        return [path for path in everything if path.is_file()]


@pytest.fixture(name="site")
def site_fixture(any_laboratory: Laboratory, tmp_path: Path) -> Iterator[Site]:
    site = Site(any_laboratory, tmp_path / "cache", short_folder())
    yield site
    site.relay().stop(now=True)
    shutil.rmtree(site.runtime, ignore_errors=True)


def bench_of(site: Site, name: str, *lines: str) -> Bench:
    bench = site.laboratory.bench(name).with_environment(DEMO_CREDENTIAL=CREDENTIAL)
    bench.write({"main.tf": REQUIREMENT + provider(*lines) + ITEM})
    assert bench.run(*INIT).code == 0
    return bench


def checks(bench: Bench) -> int:
    return len(bench.journal_entries("check"))


def test_a_clean_check_reaches_the_provider_once(site: Site) -> None:
    bench = bench_of(site, "check-once")
    first, _ = site.plan(bench)
    asked = checks(bench)
    site.restart()

    second, report = site.plan(bench)

    assert (first.code, second.code) == (0, 0)
    assert asked > 0
    assert checks(bench) == asked
    assert report.calls_answered >= 3


@pytest.mark.parametrize("change", ["configuration", "environment"])
def test_a_check_with_another_key_reaches_the_provider(site: Site, change: str) -> None:
    bench = bench_of(site, f"check-changed-{change}")
    site.plan(bench)
    asked = checks(bench)

    if change == "configuration":
        bench.write({"main.tf": REQUIREMENT + provider('account = "other"') + ITEM})
    else:
        bench = bench.with_environment(DEMO_MODE="other")
    site.plan(bench)

    assert checks(bench) == 2 * asked


def test_an_answer_with_a_warning_is_not_cached(site: Site) -> None:
    bench = bench_of(site, "check-warns", 'role = "old"')
    first, _ = site.plan(bench)
    asked = checks(bench)
    second, _ = site.plan(bench)

    assert first.says("Deprecated role")
    assert second.says("Deprecated role")
    assert checks(bench) == 2 * asked


def test_checks_of_other_providers_are_not_cached(site: Site) -> None:
    bench = bench_of(site, "check-untrusted")
    site.plan(bench, cache_checks=False)
    asked = checks(bench)
    site.plan(bench, cache_checks=False)

    assert checks(bench) == 2 * asked


def test_nothing_secret_is_kept(site: Site) -> None:
    bench = bench_of(site, "secrets", f'password = "{SECRET}"', 'account = "vip-customer"')
    site.plan(bench)
    kept = site.kept()

    names = {path.parent.name for path in kept}
    assert {"prepared", "providers", "digests"} <= names, "there is something to look at"
    for path in kept:
        content = path.read_bytes()
        for secret in (SECRET, CREDENTIAL, "vip-customer", str(bench.module)):
            assert secret.encode() not in content, f"{secret} in {path}"
            assert secret not in path.name


def test_only_the_user_can_open_what_is_kept(site: Site) -> None:
    site.plan(bench_of(site, "modes"))

    for folder in (site.cache, site.runtime):
        for path in (folder, *folder.rglob("*")):
            assert not path.stat().st_mode & 0o077 or path.parent.stat().st_mode & 0o077 == 0, path
        assert folder.stat().st_mode & 0o777 == 0o700


def damages() -> Iterator[ParameterSet]:
    """Each file damaged in each way; every second one is for the long tests."""
    whole = product(("providers", "prepared", "digests", "key"), ("cut", "flipped", "emptied"))
    for number, (what, damage) in enumerate(whole):
        yield pytest.param(what, damage, marks=pytest.mark.long if number % 2 else ())


@pytest.mark.parametrize(("what", "damage"), list(damages()))
def test_a_damaged_cache_is_written_again(site: Site, what: str, damage: str) -> None:
    bench = bench_of(site, f"damage-{what}-{damage}")
    site.plan(bench)
    site.relay()
    asked = checks(bench)
    place = site.cache / what
    for path in [place] if place.is_file() else place.iterdir():
        content = path.read_bytes()
        path.write_bytes(
            {"cut": content[:-1], "flipped": content[:-1] + bytes((content[-1] ^ 1,)), "emptied": b""}[damage]
        )
    site.restart()

    ran, _ = site.plan(bench)

    assert ran.code == 0, ran.out + ran.err
    # Only the memory of checks leans on the key and on itself.
    assert checks(bench) == (2 * asked if what in {"prepared", "key"} else asked)


def test_a_cache_that_cannot_be_written_is_no_error(site: Site) -> None:
    bench = bench_of(site, "read-only")
    for name in ("prepared", "providers", "digests"):
        site.cache.mkdir(mode=0o700, exist_ok=True)
        (site.cache / name).write_text("in the way of a folder")

    ran, _ = site.plan(bench)

    assert ran.code == 0, ran.out + ran.err


def test_a_package_that_changes_after_the_grant_is_not_started(site: Site) -> None:
    bench = bench_of(site, "changed-package")
    folder = bench.laboratory.root / "changing" / "linux"
    (installed,) = (bench.module / ".terraform" / "providers").glob("*/*/*/*/*")
    shutil.copytree(installed.resolve(), folder)
    (found,) = find_providers(bench.module, bench.workspace.lock_file, [bench.laboratory.mirror], ()).requests
    copied = replace(found, folder=folder)
    grant = site.relay().grant(GrantRequest(bench.module, "plan", (copied,), None))
    assert isinstance(grant, Grant)
    (program,) = folder.iterdir()
    program.write_text(program.read_text() + "# changed\n")

    environment = {**bench.environment("plan"), **grant.environment}
    ran = bench.run_program((str(bench.laboratory.binary.path), "plan", "-no-color"), environment)
    again = site.relay().grant(GrantRequest(bench.module, "plan", (copied,), None))

    assert ran.code == 1
    assert not bench.journal_entries("configure")
    assert isinstance(again, Declined)
    assert "not one that the lock file names" in again.reason


def test_the_log_names_processes_and_providers_only(site: Site) -> None:
    bench = bench_of(site, "log", f'password = "{SECRET}"')
    site.plan(bench)
    (log,) = site.runtime.rglob("relay.log")

    text = log.read_text()

    assert "has connected to registry.terraform.io/cellwright/demo" in text
    assert SECRET not in text
    assert json.dumps(str(bench.module)) not in text
