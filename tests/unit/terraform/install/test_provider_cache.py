import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.mirror import Mirror, ProviderPackage
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.install.provider_cache import PinnedProvider, ProviderCache
from patience import PATIENCE

AWS = PinnedProvider("registry.terraform.io/hashicorp/aws", "5.100.0")
NULL = PinnedProvider("registry.terraform.io/hashicorp/null", "3.2.1")
MIRROR = Mirror(Path("/mirror"), frozenset({ProviderPackage(AWS.source, AWS.version, packed=False)}))


def environment(cache: ProviderCache, pinned: frozenset[PinnedProvider] | None) -> dict[str, str]:
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


def test_what_one_unit_installed_is_known_for_the_next_of_its_stack(tmp_path: Path) -> None:
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


def test_two_readers_run_at_once(tmp_path: Path) -> None:
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


def test_an_installer_runs_alone(tmp_path: Path) -> None:
    cache, overlap = ProviderCache(tmp_path / "cache"), Overlap()

    def init(number: int) -> None:
        with cache.installing(f"stack{number}", frozenset({PinnedProvider("x/y/z", str(number))})):
            overlap.enter()
            time.sleep(0.002)
            overlap.leave()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(init, range(40)))

    assert overlap.most == 1


def test_a_failure_frees_the_lock(tmp_path: Path) -> None:
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
