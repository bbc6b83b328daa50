"""All files of a system's pipelines."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from cellwright.ci.facts import Facts, PipelineFile, System
from cellwright.ci.github.files import workflows
from cellwright.ci.gitlab.files import included, including

_JENKINS = "jenkins"
_NOT_OURS = frozenset({"__pycache__", "__init__.py"})


def pipeline_files(system: System, facts: Facts) -> tuple[PipelineFile, ...]:
    """Give the files of GitHub or GitLab; GitLab's last one is only for a repository that has no pipeline."""
    if system is System.GITHUB:
        return tuple(workflows(facts))
    return included(facts), including()


def jenkins_files() -> tuple[PipelineFile, ...]:
    """Give the files for Jenkins as they ship: they read the fleet's own values when they run."""
    root = files("cellwright.ci").joinpath(_JENKINS)
    return tuple(_tree(root, f"ci/{_JENKINS}")) if root.is_dir() else ()


def _tree(folder: Traversable, path: str) -> Iterator[PipelineFile]:
    for item in sorted(folder.iterdir(), key=lambda found: found.name):
        below = f"{path}/{item.name}"
        if item.name in _NOT_OURS:
            continue
        if item.is_dir():
            yield from _tree(item, below)
        else:
            yield PipelineFile(below, item.read_text("utf-8"))
