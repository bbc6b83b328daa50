"""Artifacts wherever fsspec gets at (Google's and Azure's storage, SFTP, ...) with the library for it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar

from cellwright.artifacts.store import Artifact, checked
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.url_credentials import without_credentials, without_logins

_Result = TypeVar("_Result")


@dataclass(slots=True)
class FsspecStore:
    """One object for each content, below a URL such as `gs://bucket/folder`."""

    url: str
    _opened: Any = field(init=False, default=None)
    _root: str = field(init=False, default="")
    _guard: Lock = field(init=False, default_factory=Lock)

    @property
    def address(self) -> str:
        """The URL."""
        return without_credentials(self.url)

    def put(self, name: str, content: bytes) -> None:
        """Write an object; those of buckets appear in one step."""
        checked(name)
        self._do("written", lambda files: _write(files, self._path(name), content))

    def get(self, name: str) -> bytes | None:
        """Read an object."""

        def read(files: Any) -> bytes | None:  # noqa: ANN401  fsspec ships no types
            try:
                content: bytes = files.cat_file(self._path(name))
            except FileNotFoundError:
                return None
            return content

        checked(name)
        return self._do("read", read)

    def list(self, prefix: str) -> tuple[Artifact, ...]:
        """List objects, as they are now."""

        def listed(files: Any) -> list[Artifact]:  # noqa: ANN401  fsspec ships no types
            files.invalidate_cache()
            return list(self._found(files.find(self._path(prefix), detail=True)))

        checked(prefix)
        return tuple(sorted(self._do("listed", listed), key=lambda item: item.name))

    def delete(self, names: Iterable[str]) -> None:
        """Remove objects."""
        known = [checked(name) for name in names]

        def remove(files: Any) -> None:  # noqa: ANN401  fsspec ships no types
            for name in known:
                try:
                    files.rm_file(self._path(name))
                except FileNotFoundError:
                    continue

        self._do("removed", remove)

    def _found(self, details: dict[str, dict[str, Any]]) -> Iterator[Artifact]:
        for path, known in details.items():
            when = (
                known.get("mtime")
                or known.get("updated")
                or known.get("LastModified")
                or known.get("created")
            )
            name = path.removeprefix(self._root).lstrip("/")
            yield Artifact(name, int(known.get("size") or 0), _seconds(when))

    def _path(self, name: str) -> str:
        return f"{self._root}/{checked(name)}"

    def _do(self, what: str, work: Callable[[Any], _Result]) -> _Result:
        with self._diagnosed(what):
            return work(self._files())

    def _files(self) -> Any:  # noqa: ANN401  fsspec ships no types
        from fsspec import url_to_fs  # noqa: PLC0415  an extra

        with self._guard:
            if self._opened is None:
                self._opened, root = url_to_fs(self.url)
                self._root = root.rstrip("/")
            return self._opened

    @contextmanager
    def _diagnosed(self, what: str) -> Iterator[None]:
        summary = f"the artifact store {self.address} can't be {what}"
        try:
            yield
        except DiagnosticError:
            raise
        except ImportError as fault:
            advice = f"install the library for it: {fault}"
            raise DiagnosticError(error(summary, advice)) from None
        except Exception as fault:  # noqa: BLE001  each library has its own
            words = without_logins(f"{type(fault).__name__}: {fault}")
            raise DiagnosticError(
                error(summary, f"check its address and the access to it: {words}")
            ) from None


def _write(files: Any, path: str, content: bytes) -> None:  # noqa: ANN401  fsspec ships no types
    files.makedirs(path.rpartition("/")[0], exist_ok=True)
    files.pipe_file(path, content)


def _seconds(when: object) -> float:
    if isinstance(when, datetime):
        return when.timestamp()
    if isinstance(when, str):
        return datetime.fromisoformat(when).timestamp()
    return float(when) if isinstance(when, int | float) else 0.0
