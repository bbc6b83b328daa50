"""The console at the end of the demo: one that ends at once is told, and nobody waits for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cellwright.app.session.location import Location
from cellwright.demo import console
from cellwright.demo.steps import DemoView
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import NOBODY, make_fleet


def test_a_console_that_ends_before_it_answers_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []

    @contextmanager
    def opened(*given: Any) -> Iterator[Any]:  # noqa: ANN401  as the real one
        tried.append(given)
        yield SimpleNamespace(run=lambda: None, stop=lambda: None)

    monkeypatch.setattr(console, "opened_console", opened)
    make_fleet(tmp_path)
    view = cast("DemoView", SimpleNamespace(note=lambda _: None))
    with pytest.raises(DiagnosticError, match="the console has ended before it answered"):
        console.serve_until_interrupted(Location(fleet=tmp_path, environment=NOBODY), view, {})
    assert len(tried) == 2, "at the usual port, then at any"
