import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.mirror import Mirror, Package
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.install.provider_cache import ProviderCache, Selection, selections_in
from patience import PATIENCE

AWS = Selection("registry.terraform.io/hashicorp/aws", "5.100.0")
NULL = Selection("registry.terraform.io/hashicorp/null", "3.2.1")
LOCK_FILE = """# This file is maintained automatically by "terraform init".

provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.100.0"
  constraints = ">= 5.0.0"
  hashes = [
    "h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0=",
  ]
}

provider "registry.terraform.io/hashicorp/null" {
  version = "3.2.1"
}
"""
MIRROR = Mirror(Path("/mirror"), frozenset({Package(AWS.source, AWS.version, packed=False)}))


def test_a_lock_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(LOCK_FILE)

    assert selections_in(tmp_path / "lock") == frozenset({AWS, NULL})
    assert selections_in(tmp_path / "none") is None
    (tmp_path / "lock").write_text("# nothing but built-in providers")
    assert selections_in(tmp_path / "lock") == frozenset()


def environment(cache: ProviderCache, pinned: frozenset[Selection] | None) -> dict[str, str]:
    with cache.installing("stack", pinned) as found:
        return dict(found)


def test_what_a_mirror_links_needs_no_cache(tmp_path: Path) -> None:
    cache = ProviderCache(tmp_path / "cache", (MIRROR,))

    assert environment(cache, frozenset({AWS})) == {}
    assert environment(cache, frozenset()) == {}
    assert not (tmp_path / "cache").exists()


def test_everything_else_goes_through_the_cache(tmp_path: Path) -> None:
    cache = ProviderCache(tmp_path / "cache", (MIRROR,))
    through = {"TF_PLUGIN_CACHE_DIR": str(tmp_path / "cache")}

    assert environment(cache, frozenset({AWS, NULL})) == through
    assert environment(cache, None) == through


def test_what_one_unit_found_serves_the_next_of_its_stack(tmp_path: Path) -> None:
    cache = ProviderCache(tmp_path / "cache", (MIRROR,))

    cache.installed("stack", frozenset({AWS}))
    assert environment(cache, None) == {}
    cache.installed("stack", None)  # no lock file came of it: no providers
    assert environment(cache, None) == {}


class Overlap:
    """Counts how many are inside at once."""

    def __init__(self) -> None:
        self.guard, self.inside, self.most = threading.Lock(), 0, 0
        self.both = threading.Barrier(2)

    def enter(self) -> None:
        with self.guard:
            self.inside += 1
            self.most = max(self.most, self.inside)

    def leave(self) -> None:
        with self.guard:
            self.inside -= 1


def test_two_that_only_read_run_side_by_side(tmp_path: Path) -> None:
    cache, overlap = ProviderCache(tmp_path / "cache"), Overlap()
    (tmp_path / "cache" / NULL.source / NULL.version / this_platform()).mkdir(parents=True)

    def init(_: int) -> None:
        with cache.installing("stack", frozenset({NULL})):
            overlap.enter()
            overlap.both.wait(PATIENCE)
            overlap.leave()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(init, range(2)))

    assert overlap.most == 2


def test_one_that_installs_runs_alone(tmp_path: Path) -> None:
    cache, overlap = ProviderCache(tmp_path / "cache"), Overlap()

    def init(number: int) -> None:
        with cache.installing(f"stack{number}", frozenset({Selection("x/y/z", str(number))})):
            overlap.enter()
            time.sleep(0.002)
            overlap.leave()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(init, range(40)))

    assert overlap.most == 1


def test_the_lock_goes_with_a_failure(tmp_path: Path) -> None:
    cache = ProviderCache(tmp_path / "cache")

    def fail() -> None:
        with cache.installing("stack", None):
            raise KeyError

    for _ in range(2):
        with pytest.raises(KeyError):
            fail()


def test_a_cache_that_cant_be_written(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")

    with pytest.raises(DiagnosticError, match="can't be written"):
        environment(ProviderCache(tmp_path / "cache"), None)
