"""Pipelines as they were written, for views and documents."""

from dataclasses import replace
from pathlib import Path

from cellwright.app.pipelines.writing import PipelinesRequest, WrittenFile, WrittenPipelines
from cellwright.ci.facts import System
from cellwright.ci.mark import Standing
from cellwright.model.diagnostic import warning
from cellwright.model.position import Position

_FOLDER = ".github/workflows"
_DIFFERENCE = (
    "--- a\tas it is",
    "+++ a\tas it would be",
    "@@ -3,3 +3,3 @@",
    " on:",
    "   schedule:",
    '-    - cron: "0 6 * * 1"',
    '+    - cron: "17 3 * * *"',
)
WRITTEN = WrittenPipelines(
    request=PipelinesRequest(system=System.GITHUB),
    repository=Path("/home/ada/medloop"),
    files=(
        WrittenFile(path=f"{_FOLDER}/cellwright-medloop-pull-request.yml", standing=Standing.NEW),
        WrittenFile(path=f"{_FOLDER}/cellwright-medloop-apply.yml", standing=Standing.UPDATED),
        WrittenFile(path=f"{_FOLDER}/cellwright-medloop-onboard.yml", standing=Standing.UNCHANGED),
        WrittenFile(
            path=f"{_FOLDER}/cellwright-medloop-drift.yml",
            standing=Standing.CHANGED_BY_HAND,
            difference=_DIFFERENCE,
        ),
    ),
    findings=(
        warning(
            "jobs are not given CELLWRIGHT_KEY",
            "name the secrets of AWS Secrets Manager in `ci: {secrets: {...}}`, unless the runner has them",
            Position("fleet.yaml"),
        ),
    ),
)
FORCED = replace(WRITTEN, request=PipelinesRequest(system=System.GITHUB, force=True), findings=())
"""Nothing was left."""
PREVIEW = replace(WRITTEN, request=PipelinesRequest(system=System.GITHUB, dry_run=True), findings=())
