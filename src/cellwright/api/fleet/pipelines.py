"""The files of pipelines as JSON."""

from cellwright.api.diagnostics import diagnostic
from cellwright.app.pipelines.writing import WrittenPipelines
from cellwright.model.value import Json


def pipelines(written: WrittenPipelines) -> Json:
    """`ci`: each file and what became of it."""
    return {
        "repository": str(written.repository),
        "dry_run": written.request.dry_run,
        "files": [
            {"path": item.path, "standing": item.standing.value, "difference": list(item.difference)}
            for item in written.files
        ],
        "findings": [diagnostic(item) for item in written.findings],
    }
