"""Bare repositories to fetch from, made with the real git."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

NOBODY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}
"""A git without this machine's settings."""


def git(*arguments: str, cwd: Path) -> str:
    environment = {**os.environ, **NOBODY}
    command = ["git", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@dataclass(frozen=True)
class Origin:
    """A bare repository with a work tree to feed it from."""

    folder: Path

    @classmethod
    def create(cls, folder: Path) -> "Origin":
        origin = cls(folder)
        origin.work.mkdir(parents=True)
        git("init", "--quiet", "--bare", str(origin.bare), cwd=folder)
        git("init", "--quiet", cwd=origin.work)
        git("remote", "add", "origin", str(origin.bare), cwd=origin.work)
        return origin

    @property
    def work(self) -> Path:
        return self.folder / "work"

    @property
    def bare(self) -> Path:
        return self.folder / "bare.git"

    @property
    def url(self) -> str:
        return f"file://{self.bare}"

    def commit(self, files: Mapping[str, str], *, tag: str | None = None, branch: str = "main") -> str:
        """Commit exactly these files, push them, and give the commit's id."""
        git("checkout", "--quiet", "-B", branch, cwd=self.work)
        for path, content in files.items():
            target = self.work / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content)
        git("add", "--all", cwd=self.work)
        git("commit", "--quiet", "--allow-empty", "-m", "x", cwd=self.work)
        if tag:
            git("tag", "--annotate", "-m", tag, tag, cwd=self.work)
        git("push", "--quiet", "--force", "--tags", "origin", branch, cwd=self.work)
        return git("rev-parse", "HEAD", cwd=self.work)
