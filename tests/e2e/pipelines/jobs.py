"""A job of a pipeline on this machine: its own lines in a shell, in a clone of its own.

`aws`, `gh` and `curl` are stand-ins; Cellwright, git and Terraform are the real ones.
"""

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

import go_pipeline
from e2e.kit.program import PERSON
from patience import PATIENCE

_AWS = """#!/bin/sh
# aws secretsmanager get-secret-value --secret-id NAME --query SecretString --output text
[ "$1 $2 $3" = "secretsmanager get-secret-value --secret-id" ] || exit 2
[ "$5 $6 $7 $8" = "--query SecretString --output text" ] || exit 2
cat "$DESK/secrets/$4"
"""
_GH = """#!/bin/sh
# Answers `gh api PATH --jq FILTER` from a file, and writes down everything else.
path= filter= method=GET body=
printf '%s\\n' "$*" >> "$DESK/gh.log"
[ "$1" = api ] || exit 0
shift
while [ $# -gt 0 ]; do
  case "$1" in
    --jq) filter="$2"; shift ;;
    --method) method="$2"; shift ;;
    -F) body="${2#body=@}"; shift ;;
    --paginate|--silent) ;;
    *) path="$1" ;;
  esac
  shift
done
if [ "$method" != GET ]; then cp "$body" "$DESK/body"; exit 0; fi
[ -f "$DESK/answers/$path" ] || { echo "gh: HTTP 502" >&2; exit 1; }
"$GOJQ" -r "$filter" "$DESK/answers/$path"
"""
_CURL = """#!/bin/sh
printf '%s\\n' "$*" >> "$DESK/curl.log"
cat >> "$DESK/curl.log"
case "$*" in
  *"--request $CURL_REFUSES "*) exit 22 ;;
  *"/notes?"*) cat "$DESK/notes" 2>/dev/null || echo '[]' ;;
esac
"""


@dataclass(slots=True)
class Desk:
    """What the stand-ins answer, and what they were asked."""

    folder: Path
    programs: Path = field(init=False)

    def __post_init__(self) -> None:
        """Put the stand-ins where a job finds them."""
        self.programs = self.folder / "bin"
        self.programs.mkdir(parents=True)
        for name, text in (("aws", _AWS), ("gh", _GH), ("curl", _CURL)):
            (self.programs / name).write_text(text)
            (self.programs / name).chmod(0o755)

    def secret(self, name: str, value: str) -> None:
        """Keep a secret."""
        path = self.folder / "secrets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value)

    def answer(self, path: str, document: object) -> None:
        """Say what `gh api PATH` gives."""
        file = self.folder / "answers" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(document))

    def notes(self, answer: str) -> None:
        """Say which comments a merge request has."""
        (self.folder / "notes").write_text(answer)

    def log(self, program: str) -> str:
        """Everything a stand-in was asked."""
        file = self.folder / f"{program}.log"
        return file.read_text() if file.exists() else ""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended."""

    code: int
    text: str
    outputs: Mapping[str, str]
    summary: str
    clone: Path

    def expect(self, code: int) -> "Ended":
        assert "Traceback" not in self.text, self.text
        assert self.code == code, self.text
        return self


@dataclass(slots=True)
class Runner:
    """Carries out jobs, each in a new clone."""

    place: Path
    remote: Path
    desk: Desk
    _jobs: int = 0

    def run(self, script: str, shell: tuple[str, ...], *, folder: str = ".", **environment: str) -> Ended:
        """Run a job's lines at the newest commit."""
        self._jobs += 1
        work = self.place / f"job-{self._jobs}"
        work.mkdir()
        clone, temporary = work / "clone", work / "tmp"
        temporary.mkdir()
        git("clone", "--quiet", str(self.remote), str(clone))
        outputs, summary, lines = (temporary / name for name in ("outputs", "summary", "lines.sh"))
        outputs.touch()
        lines.write_text(script)
        given = {
            "PATH": f"{self.desk.programs}:{sysconfig.get_path('scripts')}:{os.environ['PATH']}",
            "HOME": str(self.place / "home"),
            "DESK": str(self.desk.folder),
            "GOJQ": str(go_pipeline.program(go_pipeline.GOJQ)),
            "TMPDIR": str(temporary),
            "CHECKPOINT_DISABLE": "1",
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_STEP_SUMMARY": str(summary),
            "RUNNER_TEMP": str(temporary),
            "CI_PROJECT_DIR": str(clone),
            "CELLWRIGHT_FETCH": "off",
            **{name: os.environ[name] for name in ("CELLWRIGHT_PROVIDER_MIRROR",) if name in os.environ},
            **environment,
        }
        done = subprocess.run(
            [*shell, str(lines)],
            cwd=clone / folder,
            env=given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        pairs = (line.split("=", 1) for line in outputs.read_text().splitlines())
        page = summary.read_text() if summary.exists() else ""
        return Ended(done.returncode, done.stdout, dict(pairs), page, clone)


def git(*words: str, folder: Path | None = None) -> str:
    """Run git as Ada."""
    environment = {**os.environ, **PERSON, "GIT_CONFIG_GLOBAL": os.devnull}
    command = [shutil.which("git") or "git", *words]
    done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def document(path: Path) -> Any:  # noqa: ANN401  a pipeline's file
    """Read YAML; `on` stays a word."""
    return yaml.load(path.read_text(), Loader=yaml.BaseLoader)  # noqa: S506  it makes texts only
