"""Loads the functions of reference stacks, which lie there as sources without a package."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def load_function(monkeypatch: pytest.MonkeyPatch, source: Path) -> ModuleType:
    """Load a function's source as a module of its own."""
    # Nothing is left behind in the stack's folder, which other tests read whole.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec = importlib.util.spec_from_file_location(source.stem, source)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
