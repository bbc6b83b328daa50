"""One unit's working folder, ready for Terraform: source, backend, inputs."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cellwright.files.atomic import write_file
from cellwright.files.errors import file_errors
from cellwright.files.private import make_private_folder
from cellwright.model.address import UnitAddress
from cellwright.model.fetched_module import FetchedModule
from cellwright.model.value import Json
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.process.unit_lock import UnitLock
from cellwright.terraform.workspace import backend, imports
from cellwright.terraform.workspace.backend import BackendSettings, local_state_path
from cellwright.terraform.workspace.downloads import downloads_digest, remove_downloads
from cellwright.terraform.workspace.fetched import fetched_modules
from cellwright.terraform.workspace.init_result import backend_record
from cellwright.terraform.workspace.source_copy import copy_source
from cellwright.terraform.workspace.unit_folder import LOCK_FILE, UnitFolder
from cellwright.terraform.workspace.value_files import ValueFiles, values_text


@dataclass(frozen=True, slots=True)
class Workspace:
    """A working folder that is complete; Terraform runs in `module`."""

    address: UnitAddress
    folder: UnitFolder
    module: Path
    tree: StackTree
    state: Path | None
    """The state's file, with the `local` backend."""
    backend_digest: str
    settings: BackendSettings
    """Where the state lies."""

    @property
    def lock_file(self) -> Path:
        """The dependency lock file that Terraform reads, and completes, here."""
        return self.module / LOCK_FILE

    @property
    def values(self) -> ValueFiles:
        """The files of the unit's inputs."""
        return ValueFiles.of(self.tree, self.module)

    def is_initialised(self, key: str) -> bool:
        """Tell whether `init` has succeeded here for exactly this."""
        return _InitRecord.of(self.folder).key == key and (self.module / ".terraform").is_dir()

    @property
    def shares_init(self) -> bool:
        """Whether what `init` left here is that of another unit's."""
        return _InitRecord.of(self.folder).shared

    def mark_initialised(self, key: str, *, shared: bool = False) -> None:
        """Record what `init` has succeeded for; `shared` if that was another unit's.

        Raises:
            DiagnosticError: the folder can't be written.
        """
        with file_errors(f"{self.folder.path} can't be written"):
            _InitRecord(key, downloads_digest(self.module), shared).write(self.folder)

    def clear_initialised(self) -> None:
        """Let `init` run again."""
        with suppress(OSError):
            self.folder.init_record.unlink()

    def forget_backend(self) -> None:
        """Let the next `init` find no backend at all, whatever the last one was.

        Raises:
            DiagnosticError: its record can't be removed.
        """
        with file_errors(f"{self.module} can't be written"):
            backend_record(self.module).unlink(missing_ok=True)

    def fetched(self) -> tuple[FetchedModule, ...]:
        """Give the modules that `init` has downloaded; none before it ran.

        Raises:
            DiagnosticError: they can't be read.
        """
        with file_errors(f"the modules in {self.module} can't be read"):
            return fetched_modules(self.module)

    def fetch_anew(self) -> None:
        """Let the next `init` download all modules again.

        Raises:
            DiagnosticError: those of now can't be removed.
        """
        with file_errors(f"the modules in {self.module} can't be removed"):
            remove_downloads(self.module)
        self.clear_initialised()

    @contextmanager
    def other_backend(self, settings: BackendSettings) -> Iterator[None]:
        """Let the module have another backend while the block runs; as for `prepare_workspace`.

        Raises:
            DiagnosticError: the folder can't be written.
        """
        path = self.module / backend.FILE
        with file_errors(f"{path} can't be written"):
            own = path.read_bytes()
            write_file(path, backend.render_override(settings))
        try:
            yield
        finally:
            with file_errors(f"{path} can't be written"):
                write_file(path, own)

    @contextmanager
    def private_file(self, values: Mapping[str, Json]) -> Iterator[None]:
        """Keep secrets in a file that Terraform reads while the block runs; no file if there are none.

        Raises:
            DiagnosticError: the folder can't be written.
        """
        if not values:
            yield
            return
        path = self.values.secrets
        try:
            with file_errors(f"{path} can't be written"):
                write_file(path, values_text(values))
            yield
        finally:
            with suppress(OSError):
                path.unlink()


def prepare_workspace(
    address: UnitAddress,
    folder: UnitFolder,
    tree: StackTree,
    settings: BackendSettings,
    inputs: Mapping[str, Json],
    imported: Mapping[str, str] | None = None,
) -> Workspace:
    """Make the working folder match what is asked for; what matches already is not touched.

    `settings` are complete (`complete_backend`), `inputs` hold no secret. The caller holds the unit's lock.

    Raises:
        DiagnosticError: the folder can't be written, or the source can't be read.
    """
    state = local_state_path(settings)
    content = backend.render_override(settings)
    with file_errors(f"the working folder {folder.path} can't be made"):
        make_private_folder(folder.path)
        module = copy_source(tree, folder)
        _check_downloads(folder, module)
        values = ValueFiles.of(tree, module)
        values.remove_others(tree)
        _remove_former_override(module, tree)
        _update(module / backend.FILE, content)
        _write_imports(module, imported or {})
        _update(values.inputs, values_text(inputs))
        if state is not None:
            make_private_folder(state.parent)
    digest = hashlib.sha256(content).hexdigest()
    return Workspace(address, folder, module, tree, state, digest, settings)


def remove_workspace(folder: UnitFolder) -> None:
    """Remove a unit's working folder; its state and its logs are elsewhere.

    Raises:
        UnitLockedError: another process works with it.
        DiagnosticError: it can't be removed.
    """
    if not folder.path.exists():
        return
    with UnitLock.acquire(folder.commands.lock), file_errors(f"{folder.path} can't be removed"):
        shutil.rmtree(folder.path)


_SHARED = "shared"


@dataclass(frozen=True, slots=True)
class _InitRecord:
    """What `init` last succeeded for; with empty texts where that is not known."""

    key: str
    downloads: str
    """The digest of what it downloaded."""
    shared: bool = False

    @classmethod
    def of(cls, folder: UnitFolder) -> "_InitRecord":
        try:
            lines = folder.init_record.read_text(errors="replace").split("\n")
        except OSError:
            return cls("", "")
        return cls(lines[0], "".join(lines[1:2]), lines[2:] == [_SHARED])

    def write(self, folder: UnitFolder) -> None:
        lines = (self.key, self.downloads, *([_SHARED] if self.shared else []))
        write_file(folder.init_record, "\n".join(lines).encode())


def _check_downloads(folder: UnitFolder, module: Path) -> None:
    """Let `init` run again if a downloaded module has lost a file: Terraform would destroy what is in it."""
    downloads = _InitRecord.of(folder).downloads
    if downloads and downloads != downloads_digest(module):
        folder.init_record.unlink(missing_ok=True)
        remove_downloads(module)


def _update(path: Path, content: bytes) -> None:
    with suppress(FileNotFoundError):
        if path.read_bytes() == content:
            return
    write_file(path, content)


def _write_imports(module: Path, imported: Mapping[str, str]) -> None:
    """Write a block for each object that is to be imported; no file if there is none."""
    path = module / imports.FILE
    if imported:
        _update(path, imports.render_imports(imported))
    else:
        path.unlink(missing_ok=True)


def _remove_former_override(module: Path, tree: StackTree) -> None:
    """Remove the override file of an earlier version of this program: it would win over today's."""
    name = f"{backend.FILE}.json"
    if all(file.path != PurePosixPath(tree.module, name).as_posix() for file in tree.files):
        (module / name).unlink(missing_ok=True)
