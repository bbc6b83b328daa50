"""Stacks as git projects, as JSON."""

from collections.abc import Sequence

from cellwright.api.diagnostics import diagnostic
from cellwright.app.stacks.export import Exported
from cellwright.app.stacks.listing import ListedStack
from cellwright.app.stacks.split import Project, Split
from cellwright.app.stacks.update import PROPOSAL, Updates
from cellwright.git.branches import Change
from cellwright.model.value import Json


def split(made: Split) -> Json:
    """`init --split`: the repositories that were made."""
    return {
        "fleet": str(made.fleet.folder),
        "projects": [project(item) for item in (made.fleet, *made.stacks)],
        "pushed": made.pushed,
        "findings": [diagnostic(item) for item in made.findings],
    }


def listed(found: Sequence[ListedStack]) -> Json:
    """`stacks`: every stack with the units of each version."""
    return {
        "stacks": [
            {
                "level": item.level,
                "stack": item.name,
                "source": item.source,
                "versions": [
                    {"version": used.version, "units": [str(unit) for unit in used.units]}
                    for used in item.versions
                ],
            }
            for item in found
        ]
    }


def exported(made: Exported) -> Json:
    """`stacks export`: the repositories that were made, and what is gone from the fleet."""
    return {
        "projects": [project(item) for item in made.projects],
        "removed": list(made.removed),
        "kept": list(made.kept),
        "pushed": made.pushed,
        "findings": [diagnostic(item) for item in made.findings],
    }


def updates(found: Updates) -> Json:
    """`stacks update`: what there is to do in each repository."""
    return {
        "version": found.version,
        "dry_run": found.dry_run,
        "branch": PROPOSAL,
        "repositories": [
            {
                "project": item.name,
                "folder": str(item.folder),
                "standing": item.standing.value,
                "before": item.before or None,
                "changes": [_change(change) for change in item.changes],
                "conflicts": list(item.conflicts),
                "uncommitted": list(item.open_files),
            }
            for item in found.repositories
        ],
    }


def _change(change: Change) -> Json:
    return {"path": change.path, "kind": change.kind, "added": change.added, "removed": change.removed}


def project(item: Project) -> Json:
    """One repository; `source` is null for the fleet's."""
    return {
        "project": item.name,
        "folder": str(item.folder),
        "remote": item.url,
        "source": item.source,
        "tag": item.tag,
    }
