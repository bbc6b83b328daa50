"""Clients that come and go, and cells that are edited, as JSON."""

from cellwright.api.diagnostics import diagnostic
from cellwright.app.clients.form.existing import CellFiles
from cellwright.app.clients.preview import ClientPreview
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


def files(found: CellFiles) -> Json:
    """A cell's own files as they are."""
    return {"cell": str(found.cell), "files": dict(found.texts)}


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
