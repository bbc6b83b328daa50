"""The real Groovy, of the version that Jenkins' pipelines run: one process carries out many builds.

`python -m pipeline.groovy` installs Debian's package where there is none, if it may.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cellwright
from missing import skip_without

MISSING = "Groovy (apt-get install groovy)"
LIBRARY = Path(cellwright.__file__).parent / "ci" / "jenkins"
_HERE = Path(__file__).parent
_JAVAS = (
    "/usr/lib/jvm/default-java",
    "/usr/lib/jvm/java-17-openjdk-amd64",
    "/usr/lib/jvm/java-17-openjdk-arm64",
)
_PRESSED = "hudson.model.Cause$UserIdCause"


@dataclass(frozen=True, slots=True)
class Build:
    """How a build ended, and which steps it took."""

    document: Mapping[str, Any]

    @property
    def result(self) -> str:
        """SUCCESS, FAILURE, ABORTED; DEFECT for a script that breaks the rules of a pipeline."""
        return str(self.document["result"])

    @property
    def why(self) -> str:
        """What ended it."""
        return str(self.document.get("why", ""))

    @property
    def run(self) -> str:
        """The run that its description names."""
        return str(self.document["description"]).removeprefix("run ")

    @property
    def value(self) -> object:
        """What the script gave."""
        return self.document.get("value")

    def steps(self, kind: str) -> list[Mapping[str, Any]]:
        """The steps of a kind, in their order."""
        return [step for step in self.document["steps"] or [] if step["step"] == kind]

    @property
    def commands(self) -> list[str]:
        """What the shell was given."""
        return [step["script"] for step in self.steps("sh")]

    @property
    def log(self) -> str:
        """What the build's page shows, for a test's message."""
        return json.dumps(self.document, indent=1)

    def expect(self, result: str) -> "Build":
        """Assert how it ended."""
        assert self.result == result, self.log
        return self


@dataclass(frozen=True, slots=True)
class Jenkins:
    """Stands in for a controller with its agents: runs a script of the library at a time."""

    process: "subprocess.Popen[str]"

    def build(
        self,
        job: str,
        workspace: Path,
        parameters: Mapping[str, Any] | None = None,
        *,
        pressed_by: str | None = "ada",
        environment: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401  any further part of a case
    ) -> Build:
        """Run a job; `inputs` are the answers to its questions, `accidents` what befalls its commands."""
        causes = [] if pressed_by is None else [{"_class": _PRESSED, "userId": pressed_by}]
        case = {
            "job": job,
            "workspace": str(workspace),
            "params": dict(parameters or {}),
            "causes": causes,
            "env": dict(environment or {}),
            **more,
        }
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(case) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "Groovy has ended; its own output is above"
        return Build(json.loads(answer))


@contextmanager
def jenkins() -> Iterator[Jenkins]:
    """Start it; skips the test where there is no Groovy."""
    program = find_groovy() or skip_without(MISSING)
    command = [program, "-cp", str(_HERE / "stubs"), str(_HERE / "Harness.groovy"), str(LIBRARY / "vars")]
    environment = {**os.environ, "JAVA_HOME": _java_home(), "JAVA_OPTS": "-XX:TieredStopAtLevel=1"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield Jenkins(process)
        finally:
            process.kill()


def find_groovy() -> str | None:
    """Where Groovy is."""
    return shutil.which("groovy")


def _java_home() -> str:
    """Debian's Groovy looks for Java at a place that is not always there."""
    found = next((home for home in _JAVAS if (Path(home) / "bin" / "java").exists()), None)
    if found is None:
        java = shutil.which("java") or skip_without("Java (apt-get install default-jre-headless)")
        found = str(Path(java).resolve().parent.parent)
    return found


def install() -> None:
    """Install Debian's package."""
    for command in (
        ("apt-get", "update", "-qq"),
        ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "groovy", "default-jre-headless"),
    ):
        subprocess.run(command, check=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


if __name__ == "__main__":
    if find_groovy() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
    if find_groovy() is None:
        print(f"tests will be skipped for want of {MISSING}", file=sys.stderr)  # noqa: T201  a program's output
