"""Clients that come and go, and cells that are edited, as JSON."""

from collections.abc import Mapping

from cellwright.api.diagnostics import diagnostic
from cellwright.app.clients.form.fields import Field, Form
from cellwright.app.clients.onboarding.preview import ClientPreview, EditPreview
from cellwright.app.clients.submit import Onboarding
from cellwright.git.hosting.port import Proposed
from cellwright.model.address import CellAddress
from cellwright.model.value import Json


def under_way(found: Onboarding) -> Json:
    """The run that brings a client up or removes it; `commit` is null outside git."""
    return {"cell": str(found.cell), "run": found.run, "commit": found.commit, "pull_request": None}


def proposed(cell: CellAddress, found: Proposed) -> Json:
    """A change that is proposed: nothing is committed, and no run started."""
    return {"cell": str(cell), "run": None, "commit": None, "pull_request": found.url}


def edited(cell: CellAddress, found: Onboarding | None) -> Json:
    """A change that was committed; `run` is null if none was wanted."""
    if found is not None:
        return under_way(found)
    return {"cell": str(cell), "run": None, "commit": None, "pull_request": None}


def files(cell: CellAddress, texts: Mapping[str, str]) -> Json:
    """A cell's own files, by path."""
    return {"cell": str(cell), "files": dict(texts)}


def edit_preview(found: EditPreview) -> Json:
    """What an edit would come to."""
    return {
        "cell": str(found.cell),
        "fits": found.fits,
        "diagnostics": [diagnostic(item) for item in found.findings],
        "units": [{"unit": str(item.unit), "what": item.what} for item in found.units],
    }


def form(found: Form, values: Mapping[str, str]) -> Json:
    """What the fleet and its stacks' contracts let a client say, and the values of another client."""
    return {
        "level": found.level.name,
        "levels": list(found.levels),
        "keys": [_field(item) for item in found.keys],
        "stacks": [
            {
                "stack": item.name,
                "level": item.level,
                "key": item.key,
                "default": item.default,
                "default_from": item.default_from,
                "fault": item.fault,
                "inputs": [_field(field) for field in item.inputs],
            }
            for item in found.stacks
        ],
        "secrets": list(found.secrets),
        "values": dict(values),
    }


def _field(item: Field) -> Json:
    return {
        "key": item.key,
        "name": item.name,
        "kind": item.kind.value,
        "type": item.type,
        "description": item.description,
        "required": item.required,
        "default": item.default,
        "default_from": item.default_from,
        "choices": list(item.choices),
        "notes": dict(item.notes),
        "closed": sorted(item.closed),
        "rules": list(item.rules),
        "deprecated": item.deprecated,
        "wired": item.wired,
    }


def preview(found: ClientPreview) -> Json:
    """What onboarding would come to."""
    return {
        "cell": str(found.cell),
        "fits": found.fits,
        "file": found.path,
        "text": found.text,
        "diagnostics": [diagnostic(item) for item in found.findings],
        "units": [str(unit) for unit in found.units],
        "addresses": dict(found.blocks),
        "tags": list(found.tags),
    }
