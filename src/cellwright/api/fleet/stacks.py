"""Stacks as git projects, as JSON."""

from cellwright.api.diagnostics import diagnostic
from cellwright.app.stacks.split import Project, Split
from cellwright.model.value import Json


def split(made: Split) -> Json:
    """`init --split`: the repositories that were made."""
    return {
        "fleet": str(made.fleet.folder),
        "projects": [project(item) for item in (made.fleet, *made.stacks)],
        "pushed": made.pushed,
        "diagnostics": [diagnostic(item) for item in made.findings],
    }


def project(item: Project) -> Json:
    """One repository; `source` is null for the fleet's."""
    return {
        "project": item.name,
        "folder": str(item.folder),
        "remote": item.url,
        "source": item.source,
        "tag": item.tag,
    }
