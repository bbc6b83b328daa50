"""Read-only checkouts of git commits, fetched once and shared by all runs.

Below the folder, `<digest of the URL>/commits/<commit>/` holds the files, `.../commits/<commit>.files` the
record of them, and `.../tags/` the commit of each tag when it was first resolved. Tags are assumed not to
move; a branch is resolved each time.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from cellwright.files.atomic import sync_folder, write_file
from cellwright.files.lock import locked
from cellwright.files.names import hashed_name
from cellwright.files.private import make_private_folder, remove_private_folder
from cellwright.git.remote import fetch, full_commit, is_commit, resolve_ref
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.stacks.source.seal import is_whole, seal, sealed_record

_UNFINISHED = ".fetching-"
_LOCK_SECONDS = 1800.0
"""How long to wait for another fetch from the same repository; every command of git has its own time-out."""


class Checkouts:
    """Fetches commits, for several threads and processes at once: one fetches, the others wait."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._whole = set[Path]()

    def commit(self, url: str, ref: str | None) -> str:
        """Resolve `ref` (None: the default branch) to a commit.

        Raises:
            DiagnosticError: the repository can't be reached, or has no such ref.
        """
        commit = None if ref is None else full_commit(ref)
        if commit is not None:
            return commit
        remembered = self._repository(url) / "tags" / hashed_name(ref or "")
        with suppress(OSError):
            commit = remembered.read_text().strip()
            if is_commit(commit):
                return commit
        resolved = resolve_ref(url, ref, self._environment)
        if not resolved.moving:
            with _writing(self._folder):
                make_private_folder(remembered.parent)
                write_file(remembered, resolved.commit)
        return resolved.commit

    def files(self, url: str, commit: str) -> Path:
        """Give the read-only folder with the files of `commit`; fetches it if needed.

        Raises:
            DiagnosticError: the commit can't be fetched, or the folder can't be written.
        """
        return self.kept(url, commit, lambda target: fetch(url, commit, target, self._environment))

    def kept(self, url: str, commit: str, write: Callable[[Path], bytes]) -> Path:
        """As `files`; `write` brings the commit's files into a new folder, and gives the commit's object.

        Raises:
            DiagnosticError: `write` can't, or the folder can't be written.
        """
        target = self._repository(url) / "commits" / commit
        if self._is_whole(target):
            return target
        with _writing(self._folder):
            make_private_folder(target.parent)
            with locked(
                target.parent / ".lock",
                timeout=_LOCK_SECONDS,
                busy=f"another process has been fetching from {url} for half an hour",
                advice="look for a Cellwright that hangs, stop it, and repeat this",
            ):
                if not self._is_whole(target):
                    _remove_unfinished(target.parent)
                    self._renew(url, commit, target, write)
        self._whole.add(target)
        return target

    def _is_whole(self, target: Path) -> bool:
        """Tell whether a checkout is here with all of its files; looked at once, as the stacks are."""
        if target in self._whole:
            return True
        if not is_whole(target, _record(target)):
            return False
        self._whole.add(target)
        return True

    def _renew(self, url: str, commit: str, target: Path, write: Callable[[Path], bytes]) -> None:
        """Fetch a checkout that is missing, or has lost or changed a file."""
        damaged = target.is_dir()
        try:
            self._fetch(target, write)
        except DiagnosticError as fault:
            if not damaged:
                raise
            summary = f"files of {url} at {commit} that were kept in {target} are gone or changed"
            advice = "they are fetched anew as soon as the repository can be reached"
            raise DiagnosticError(error(summary, advice), *fault.diagnostics) from None

    def _fetch(self, target: Path, write: Callable[[Path], bytes]) -> None:
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=target.parent))
        try:
            commit = write(unfinished)
            record = sealed_record(commit, seal(unfinished))
            _remove(target)
            write_file(_record(target), record)
            unfinished.rename(target)
            sync_folder(target.parent)
        except BaseException:
            _remove(unfinished)
            raise

    def _repository(self, url: str) -> Path:
        return self._folder / hashed_name(url)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        advice = "make room on the disk, or correct the permissions"
        raise DiagnosticError(
            error(f"the cache {folder} can't be written: {fault.strerror}", advice)
        ) from None


def _remove_unfinished(folder: Path) -> None:
    """Remove what killed fetches left behind; call it only with the lock, so that none is running."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        _remove(left)


def _record(target: Path) -> Path:
    return target.with_name(f"{target.name}.files")


def _remove(folder: Path) -> None:
    # What can't be removed (git may have outlived its killed parent and still write there) does no harm, and
    # the next fetch tries again.
    with suppress(OSError):
        remove_private_folder(folder)
