"""A git work tree on this machine, such as the fleet's repository."""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.git.command import DEFAULT_TIMEOUT, GitOutcome, run_git
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.text.url_credentials import without_credentials, without_logins

_FIELD = "\x1f"
_LOG_FORMAT = f"--format=%H{_FIELD}%an{_FIELD}%ae{_FIELD}%aI{_FIELD}%s"
_HISTORY_LIMIT = 1000
_FETCH_TIMEOUT = 600.0
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")

_CHECKING_HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg")
_HOOKS_TIMEOUT = 600.0
_REFUSED = 1
"""The exit code of a commit that a hook has refused; git's own failures have others."""
_SHOWN_LINES = 20


class HookError(DiagnosticError):
    """A hook of the repository refused a commit."""


@dataclass(frozen=True, slots=True)
class GitIdentity:
    """Who commits."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of a history."""

    id: str
    author: GitIdentity
    time: str
    """ISO 8601 with the author's offset."""
    subject: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A git work tree. Every method runs git again: nothing is cached."""

    root: Path
    environment: Mapping[str, str] = field(repr=False, compare=False)
    """The environment of the git processes."""
    committer: GitIdentity | None = field(default=None, compare=False)
    """Who commits where git does not know who does; None: nobody does."""

    @classmethod
    def containing(
        cls, path: Path, environment: Mapping[str, str], committer: GitIdentity | None = None
    ) -> "Repository | None":
        """Give the work tree that `path` is in; None outside git. Starts no process."""
        absolute = path.absolute()
        for folder in (absolute, *absolute.parents):
            if (folder / ".git").exists():
                return cls(folder, environment, committer)
        return None

    @classmethod
    def create(cls, path: Path, environment: Mapping[str, str]) -> "Repository":
        """Make `path`, a folder, a new repository with the branch `main` and no commit.

        Raises:
            DiagnosticError: it can't be written, or there is no git.
        """
        outcome = run_git(["init", "--quiet", str(path)], environment=environment)
        outcome.checked(f"no git repository could be made in {path}")
        return cls(path.absolute(), environment)

    def head(self) -> str | None:
        """Give the id of the commit that is checked out; None before the first one.

        Raises:
            DiagnosticError: git can't read the repository.
        """
        outcome = self._git("rev-parse", "--verify", "--quiet", "HEAD")
        if outcome.code == 0:
            return outcome.out.strip()
        if outcome.err:
            outcome.checked(f"the git repository {self.root} can't be read")
        return None

    def dirty(self) -> tuple[str, ...]:
        """Give every path, relative to the root, that is changed, staged or new and not ignored.

        Raises:
            DiagnosticError: git can't read the repository.
        """
        return self._changed(())

    def identity(self) -> GitIdentity:
        """Give the name and address that the person commits with.

        Raises:
            DiagnosticError: git does not know them; the advice says how to set them.
        """
        # Without useConfigOnly git invents an address from the machine's name, which is useless in an audit
        # trail.
        outcome = self._git("-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT")
        if outcome.code != 0 and self.committer is not None:
            return self.committer
        advice = 'run: git config --global user.name "..." and git config --global user.email "..."'
        text = outcome.checked("git does not know who you are", advice)
        name, _, rest = text.rpartition(" <")
        return GitIdentity(name, rest.partition(">")[0])

    def set_identity(self, identity: GitIdentity) -> None:
        """Make `identity` the author of commits in this repository, instead of the user's usual one.

        Raises:
            DiagnosticError: its configuration can't be written.
        """
        for key, value in (("user.name", identity.name), ("user.email", identity.email)):
            self._git("config", "--local", key, value).checked(f"{key} can't be set in {self.root}")

    def commit(
        self,
        paths: Sequence[Path],
        message: str,
        *,
        hooks: bool = False,
        author: GitIdentity | None = None,
    ) -> str:
        """Commit these paths (files or folders, also deleted ones), and nothing else that is staged.

        `author` is who wrote what is committed, if that is not who commits. With `hooks`, the repository's
        hooks run as when the person commits; one that refuses is quoted. Without, none runs: a server must
        not run what somebody has put into a repository.

        Returns:
            The new commit's id; that of HEAD if nothing about these paths has changed.

        Raises:
            HookError: a hook refused, so there is no commit.
            DiagnosticError: a path is outside the repository or ignored, there is no identity, or another git
                process is running.
        """
        named = [self._relative(path) for path in paths]
        self._check_not_ignored(named)
        changed = self._changed(named) if named else ()
        if not changed and (head := self.head()):
            return head
        names = self.names_for(author)
        advice = "check that no other git process is running in it"
        self._git("add", "--all", "--", *named).checked("the changes can't be staged", advice)
        # A hook inherits --literal-pathspecs, and may name files by patterns: written by path instead.
        written = [f":(literal){name}" for name in named] if hooks else named
        command = ["commit", "--quiet", "--only", "--file=-", "--", *written]
        timeout = _HOOKS_TIMEOUT if hooks else DEFAULT_TIMEOUT
        outcome = self._git(*command, text=message, added=names, hooks=hooks, timeout=timeout)
        if outcome.code != 0:
            self._git("reset", "--quiet", "--", *named)
            if hooks and outcome.code == _REFUSED and (found := self._checking_hooks()):
                raise HookError(_refused(found, outcome))
        outcome.checked("the changes can't be committed", advice)
        return self.head() or ""

    def names_for(self, author: GitIdentity | None = None) -> dict[str, str]:
        """Give the variables that tell git who commits, and who wrote it if that is another.

        Raises:
            DiagnosticError: nobody knows who commits.
        """
        own = self.identity()
        names = _named("COMMITTER", own) if own == self.committer else {}
        if author is not None or names:
            names |= _named("AUTHOR", author or own)
        return names

    def origin(self) -> str | None:
        """Give the address of the remote `origin`, without credentials; None if there is none."""
        found = self._git("remote", "get-url", "origin")
        address = found.out.strip()
        return without_credentials(address) if found.code == 0 and address else None

    def restore(self, paths: Sequence[Path]) -> None:
        """Put these paths back as the commit that is checked out has them; what it has not is removed.

        Raises:
            DiagnosticError: git can't write them.
        """
        committed = self.committed(paths)
        for path in paths:
            if path.is_file() and self._relative(path) not in committed:
                path.unlink()
        if committed:
            restored = self._git("checkout", "--quiet", "HEAD", "--", *sorted(committed))
            restored.checked(f"files of {self.root} can't be put back", "run: git checkout HEAD -- FILES")

    def history(self, path: Path, limit: int = _HISTORY_LIMIT) -> tuple[Commit, ...]:
        """Give the commits that touched `path`, the newest first, at most `limit`.

        Raises:
            DiagnosticError: git can't read the repository, or the path is outside.
        """
        if self.head() is None:
            return ()
        log = ["log", "-z", f"--max-count={limit}", _LOG_FORMAT, "--", self._relative(path)]
        text = self._git(*log).checked(f"the history of {path} can't be read")
        return tuple(_commit(record) for record in text.split("\0") if record)

    def committed(self, paths: Sequence[Path]) -> frozenset[str]:
        """Give every file of the commit that is checked out that is one of these paths, or below one.

        They are relative to the root. Whether they are in the work tree does not matter: a sparse checkout
        leaves files out.

        Raises:
            DiagnosticError: git can't read the commit.
        """
        if not paths or self.head() is None:
            return frozenset()
        named = [self._relative(path) for path in paths]
        text = self._git("ls-tree", "-r", "-z", "--name-only", "HEAD", "--", *named).checked(
            f"the commit that is checked out in {self.root} can't be read"
        )
        return frozenset(name for name in text.split("\0") if name)

    def tracked(self, path: Path) -> tuple[str, ...]:
        """Give the files at `path` or below that are in the index, relative to the root.

        Raises:
            DiagnosticError: git can't read the repository.
        """
        listed = self._git("ls-files", "-z", "--", self._relative(path))
        text = listed.checked(f"the index of {self.root} can't be read")
        return tuple(name for name in text.split("\0") if name)

    def has_again(self, paths: Sequence[Path], since: str) -> bool:
        """Tell whether HEAD has one of these paths, `since` had one too, and a commit between them had none.

        Only descendants of `since` count, not what was merged later and had never had them. False as well if
        this clone does not know `since`.

        Raises:
            DiagnosticError: git can't read the repository.
        """
        if not _COMMIT.match(since) or not self._has(since):
            return False
        named = [self._relative(path) for path in paths]
        if not (self._holds("HEAD", named) and self._holds(since, named)):
            return False
        log = ["log", "--full-history", "--ancestry-path", "--no-renames", "--diff-filter=D", "--format=%H"]
        removals = self._git(*log, f"{since}..HEAD", "--", *named).checked(
            f"the history of {self.root} can't be read"
        )
        return any(not self._holds(commit, named) for commit in removals.split())

    def _holds(self, commit: str, named: Sequence[str]) -> bool:
        listed = self._git("ls-tree", "-r", "--name-only", commit, "--", *named)
        return bool(listed.checked(f"commit {commit} of {self.root} can't be read").strip())

    def left_out(self) -> tuple[str, ...]:
        """Give every file, relative to the root, that a sparse checkout leaves out of the work tree.

        Raises:
            DiagnosticError: git can't read the repository.
        """
        if self._git("config", "--bool", "--get", "core.sparseCheckout").out.strip() != "true":
            return ()
        listed = self._git("ls-files", "-t", "-z").checked(f"the index of {self.root} can't be read")
        found = (item[2:] for item in listed.split("\0") if item.startswith("S "))
        return tuple(name for name in found if not (self.root / name).exists())

    def write_out(self, commit: str, target: Path) -> bytes:
        """Write the files of a commit, whether checked out or not, into the new folder `target`.

        Gives the commit's own object, which names its tree by a digest.
        One that a shallow clone lacks is fetched from `origin`; no branch, tag or file of ours changes.

        Raises:
            DiagnosticError: the commit can't be had, or can't be written out.
        """
        if not _COMMIT.match(commit):
            raise DiagnosticError(error(f"'{commit}' is no commit", "a full commit id has 40 or 64 digits"))
        if not self._has(commit):
            self._fetch_missing(commit)
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
            self._git("read-tree", "--no-sparse-checkout", commit, added=index).checked(
                f"commit {commit} of {self.root} can't be read"
            )
            self._git("checkout-index", "--all", "--force", f"--prefix={target}/", added=index).checked(
                f"commit {commit} of {self.root} can't be written out"
            )
        found = self._git("cat-file", "commit", commit).checked(
            f"commit {commit} of {self.root} can't be read"
        )
        return found.encode(errors="surrogateescape")

    def _has(self, commit: str) -> bool:
        return self._git("cat-file", "-e", f"{commit}^{{commit}}").code == 0

    def _fetch_missing(self, commit: str) -> None:
        shallow = self._git("rev-parse", "--is-shallow-repository").out.strip() == "true"
        depth = ["--depth=1"] if shallow else []
        fetch = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", *depth]
        outcome = self._git(*fetch, "origin", commit, timeout=_FETCH_TIMEOUT)
        if outcome.code == 0 and self._has(commit):
            return
        summary = f"commit {commit} is not in {self.root}, and can't be fetched from its remote 'origin'"
        command = "git fetch --unshallow" if shallow else "git fetch CLONE COMMIT"
        advice = f"fetch it from where it still is: {command}"
        raise DiagnosticError(error(summary, advice))

    def _checking_hooks(self) -> tuple[str, ...]:
        """Give the hooks of this repository that can refuse a commit."""
        folder = self.root / self._git("rev-parse", "--git-path", "hooks", hooks=True).out.strip()
        return tuple(name for name in _CHECKING_HOOKS if os.access(folder / name, os.X_OK))

    def _changed(self, named: Sequence[str]) -> tuple[str, ...]:
        status = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", *named]
        text = self._git(*status).checked(f"the state of the git repository {self.root} can't be read")
        return tuple(sorted(_status_paths(text)))

    def _relative(self, path: Path) -> str:
        absolute = path.absolute()
        for place, root in ((absolute, self.root), (absolute.resolve(), self.root.resolve())):
            if place.is_relative_to(root):
                return place.relative_to(root).as_posix()
        summary = f"{path} is outside the git repository {self.root}"
        raise DiagnosticError(error(summary, "name a path inside it"))

    def _check_not_ignored(self, named: Sequence[str]) -> None:
        if not named:
            return
        # On standard input: check-ignore takes neither --literal-pathspecs nor -z for arguments.
        names = "\0".join(named)
        command = ["check-ignore", "-z", "--stdin"]
        outcome = run_git(command, cwd=self.root, text=names, environment=self.environment)
        if outcome.code == 0:
            ignored = ", ".join(name for name in outcome.out.split("\0") if name)
            raise DiagnosticError(error(f"git ignores {ignored}", "take it out of .gitignore"))

    def _git(
        self,
        *arguments: str,
        text: str | None = None,
        added: Mapping[str, str] | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        hooks: bool = False,
    ) -> GitOutcome:
        return run_git(
            arguments if hooks else ["--literal-pathspecs", *arguments],
            cwd=self.root,
            text=text,
            environment=self.environment,
            added=added,
            timeout=timeout,
            hooks=hooks,
        )


def _refused(hooks: Sequence[str], outcome: GitOutcome) -> Diagnostic:
    said = [line.rstrip() for line in without_logins(outcome.err).splitlines() if line.strip()]
    words = "".join(f"\n  {line}" for line in said[-_SHOWN_LINES:]) or " nothing"
    return error(
        f"a hook of the repository refused the commit ({', '.join(hooks)})",
        "nothing was committed, and the files are as they were; correct what it names, or skip the hooks with"
        f" --no-verify. It said:{words}",
    )


def _named(role: str, identity: GitIdentity) -> dict[str, str]:
    return {f"GIT_{role}_NAME": identity.name, f"GIT_{role}_EMAIL": identity.email}


def _status_paths(text: str) -> Iterator[str]:
    """Read `XY PATH` records; renames are off, so each has one path."""
    for record in text.split("\0"):
        if record:
            yield record[3:]


def _commit(record: str) -> Commit:
    identifier, name, email, time, subject = record.split(_FIELD, 4)
    return Commit(identifier, GitIdentity(name, email), time, subject)
