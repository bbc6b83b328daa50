"""A renamed client, a stack that is split, and a client that is placed elsewhere; made up."""

from dataclasses import replace

from cellwright.app.moves.names import Names
from cellwright.app.moves.preview import Lost, Preview
from cellwright.app.moves.relocate import Relocation
from cellwright.app.moves.rename_values import RenamePlan, RenameReport
from cellwright.app.moves.resources import UnitMove
from cellwright.app.moves.same_source import left_out
from cellwright.app.moves.texts import FileChanges
from cellwright.engine.unit.step_words import unencrypted_warning
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import warning
from cellwright.model.position import Position
from cellwright.model.runs.plan import Action, AttributeChange, PlanSummary, ResourceChange, ResourceCounts

_OLD, _NEW = CellAddress("client", "acme"), CellAddress("client", "globex")
_NAMES = Names({_OLD: _NEW})
_CHANGES = FileChanges(
    moved={"clients/acme/client.yaml": "clients/globex/client.yaml"},
    texts={"clients/globex/client.yaml": "", "clients/umbrella.yaml": ""},
    mentions=(Position("policies/acme.rego", 7, 12),),
)
_BUCKET = ResourceChange(
    "aws_s3_bucket.this", Action.REPLACE, (AttributeChange("bucket", '"acme-files"', '"globex-files"'),)
)
_PLANS = {
    UnitAddress("client", "globex", "app"): PlanSummary(
        ResourceCounts(change=1),
        (
            ResourceChange(
                "aws_ecs_service.this",
                Action.UPDATE,
                (AttributeChange("tags_all.Client", '"acme"', '"globex"'),),
            ),
        ),
        (),
        applyable=True,
    ),
    UnitAddress("client", "globex", "storage"): PlanSummary(
        ResourceCounts(replace=1), (_BUCKET,), ("arn",), applyable=True
    ),
}
RENAME = RenamePlan(
    names=_NAMES,
    others=(CellAddress("client", "hooli"), CellAddress("client", "initech")),
    changes=_CHANGES,
    states={
        UnitAddress("client", "acme", stack): (
            f"s3 (bucket states, key client/acme/{stack}.tfstate)",
            f"s3 (bucket states, key client/globex/{stack}.tfstate)",
        )
        for stack in ("app", "storage")
    },
    preview=Preview(
        plans=_PLANS,
        lost=(
            Lost(
                unit=UnitAddress("client", "globex", "storage"),
                change=_BUCKET,
                keeping={"name": '"acme-files"'},
            ),
        ),
    ),
    warnings=(
        warning(
            "roles hold for client/acme by its name, and not for client/globex: grace (operator)",
            "give them for client/globex, and take them away for client/acme: another cell may get that name",
        ),
        warning(
            "roles hold for client/globex by its name already: bob (viewer)",
            "they hold for this cell once it has that name; take them away unless that is meant",
        ),
    ),
)
GOES_ON = replace(RENAME, preview=None, states={}, goes_on=True)
RENAMED = RenameReport(
    names=_NAMES,
    units=(UnitAddress("client", "globex", "app"), UnitAddress("client", "globex", "storage")),
    changes=_CHANGES,
    kept=("gcs (bucket states, prefix client/acme/storage)",),
)
_MOVE = UnitMove(
    source=UnitAddress("client", "acme", "app"),
    target=UnitAddress("client", "acme", "database"),
    resources=("aws_db_instance.this", 'aws_db_parameter_group.this["main"]'),
    plans={UnitAddress("client", "acme", "app"): replace(_PLANS[UnitAddress("client", "globex", "app")])},
    others=(UnitAddress("client", "globex", "app"), UnitAddress("client", "hooli", "app")),
    possible_others=(UnitAddress("client", "initech", "app"),),
)
MOVES = (
    replace(
        _MOVE,
        warnings=(
            unencrypted_warning(_MOVE.source, _MOVE.target),
            *left_out(_MOVE, ("aws_db_instance.this", 'aws_db_parameter_group.this["main"]')),
        ),
    ),
)
RELOCATION = Relocation(
    cell=_OLD,
    before="prod-use1",
    now="prod-euw1",
    units=(UnitAddress("client", "acme", "app"), UnitAddress("client", "acme", "storage")),
    resources=23,
)
