"""What the test provider manages: a folder with one JSON file an item."""

import json
import time
from pathlib import Path
from typing import Any


class CloudError(Exception):
    """The cloud says no."""


class Cloud:
    """A folder; relative to where the provider process runs, so that a wrong working folder shows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, item: dict[str, Any]) -> None:
        if name.startswith("refused"):
            raise CloudError("AccessDenied: not on a Sunday")
        if name.startswith("throttled") and self._first_time(name):
            raise CloudError("Throttling: Rate exceeded")
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path(name).write_text(json.dumps(item))

    def read(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads(self._path(name).read_text())
        except FileNotFoundError:
            return None
        return found

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def _first_time(self, name: str) -> bool:
        mark = self._folder / f"{name}.tried"
        mark.parent.mkdir(parents=True, exist_ok=True)
        tried = mark.exists()
        mark.write_text(str(time.time()))
        return not tried

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"
