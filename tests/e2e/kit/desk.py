"""The desk: a folder outside of a fleet where its workers say what they do, and are told what to do."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from e2e.kit.waiting import eventually


@dataclass(frozen=True, slots=True)
class Desk:
    """What was done to each unit, counted outside of everything that Cellwright writes."""

    folder: Path

    def lines(self) -> list[str]:
        """`begin MARK`, `done MARK`, `gone MARK`, as they happened."""
        log = self.folder / "log"
        return log.read_text().splitlines() if log.exists() else []

    def count(self, verb: str) -> Counter[str]:
        """How often each mark has met `verb`."""
        return Counter(line.removeprefix(f"{verb} ") for line in self.lines() if line.startswith(f"{verb} "))

    @contextmanager
    def holding(self, mark: str | None = None) -> Iterator[None]:
        """Make a worker, or all, stop between begin and done while the block lasts."""
        file = self._order("hold", mark)
        file.touch()
        try:
            yield
        finally:
            file.unlink(missing_ok=True)

    def release(self, mark: str | None = None) -> None:
        """Let go on what `holding` holds."""
        self._order("hold", mark).unlink()

    def fail(self, mark: str, *, really: bool = True) -> None:
        """Let a worker's apply fail, or succeed again."""
        self._set("fail", mark, really=really)

    def keep(self, mark: str, *, really: bool = True) -> None:
        """Let a worker's destroy fail, or succeed again."""
        self._set("keep", mark, really=really)

    def until(self, verb: str, at_least: int = 1, mark: str | None = None) -> None:
        """Wait until that much has happened."""

        def happened() -> bool:
            found = self.count(verb)
            return (found[mark] if mark else found.total()) >= at_least

        eventually(happened, f"{at_least} x {verb} {mark or ''}; the log has {self.lines()}")

    def _set(self, order: str, mark: str, *, really: bool) -> None:
        file = self._order(order, mark)
        if really:
            file.touch()
        else:
            file.unlink()

    def _order(self, order: str, mark: str | None) -> Path:
        return self.folder / (f"{order}-{mark}" if mark else order)
