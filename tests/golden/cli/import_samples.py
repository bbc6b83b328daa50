"""A tree of Terragrunt that became a fleet; made up."""

from dataclasses import replace
from pathlib import Path

from cellwright.app.importing.importing import ImportedFleet
from cellwright.foreign.fleet_files import WrittenFleet
from cellwright.model.diagnostic import error, warning
from cellwright.model.position import Position

IMPORTED = ImportedFleet(
    tool="terragrunt",
    folder=Path("/home/live"),
    to=Path("/home/fleet"),
    fleet=WrittenFleet(
        files={
            "fleet.yaml": "",
            "defaults/env.yaml": "",
            "env/prod.yaml": "# TODO: stacks.app.enabled: ...",
            ".gitignore": "",
        },
        units=(
            ("env/prod/app", "prod/app/terragrunt.hcl"),
            ("env/prod/network", "prod/network/terragrunt.hcl"),
        ),
        addresses={"app": "env/prod/app", "network": "env/prod/network"},
        on=frozenset({"network"}),
        notes=(
            warning(
                "`generate` 'provider' is not taken over",
                "Cellwright generates no files: put what it makes into the stack",
                Position("root.hcl", 12, 1),
            ),
            error(
                "env/prod/app is switched off: where its state lies can't be told: the function "
                "get_aws_account_id() is not evaluated here",
                "it is written as: bucket = get_aws_account_id(); write the value and `enabled: true` into "
                "env/prod.yaml",
                Position("root.hcl", 4, 14),
            ),
        ),
    ),
    done=True,
)
PREVIEW = replace(IMPORTED, done=False)
