"""Patches: found by service, applied before its first request."""

import logging
from importlib.util import find_spec
from pkgutil import iter_modules

import pytest

from cellwright.sandbox import patches
from cellwright.sandbox.patching import loader
from cellwright.sandbox.patching.loader import apply_patches, patches_of
from cellwright.sandbox.patching.patch import Patch, add_methods, wrap_method

NO_SERVICES = {"parts"}
SERVICES = sorted({module.name for module in iter_modules(patches.__path__)} - NO_SERVICES)


class Thing:
    def name(self, greeting: str) -> str:
        return f"{greeting} thing"


@pytest.mark.parametrize("service", SERVICES)
def test_every_module_belongs_to_a_service_of_moto_and_every_patch_says_why(service: str) -> None:
    assert find_spec(f"moto.{service}") is not None
    found = patches_of(service)
    assert found
    assert len({patch.name for patch in found}) == len(found)
    assert all(patch.name and patch.reason for patch in found)


def test_a_service_without_patches_has_none() -> None:
    assert patches_of("no-such-service") == ()


def test_a_patch_that_does_not_fit_is_reported_and_the_others_are_applied(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    applied: list[str] = []

    def fail() -> None:
        raise AttributeError("moto has changed")

    found = (Patch("broken", "a test", fail), Patch("whole", "a test", lambda: applied.append("whole")))
    monkeypatch.setattr(loader, "patches_of", lambda _service: found)

    with caplog.at_level(logging.ERROR):
        apply_patches("anything")

    assert applied == ["whole"]
    assert "the patch 'broken' doesn't fit" in caplog.text


def test_a_wrapper_gets_the_original_method_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Thing, "name", Thing.name)
    wrap_method(Thing, "name", lambda original, self, greeting: original(self, greeting).upper())

    assert Thing().name("hello") == "HELLO THING"


def test_an_added_method_has_its_functions_name() -> None:
    class Lacking:
        pass

    def colour(_self: object) -> str:
        return "blue"

    add_methods(Lacking, colour)

    assert getattr(Lacking(), "colour")() == "blue"  # noqa: B009 - the class doesn't say that it has it
