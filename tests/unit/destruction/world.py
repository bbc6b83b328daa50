"""A client that is gone: resources, and what is known of its destruction."""

from dataclasses import replace
from typing import Any, cast

from cellwright.destruction.case import Case, Deed, DestroyingRun, Export, Finding, Hold, Reading
from cellwright.destruction.methods import fates
from cellwright.destruction.values import Fate
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.plan import Action
from cellwright.model.runs.removal import Removal, RemovalEnd, RemovalRecord
from cellwright.model.value import Json

AWS = "registry.terraform.io/hashicorp/aws"
ACME = CellAddress("client", "acme")
DATA = UnitAddress("client", "acme", "data")
RUN = "20261101-080000-3f9a"
ASKED = "2026-10-01T08:00:00+00:00"
TIME = "2026-11-01T08:00:09.123456+00:00"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/k-1"


def record(kind: str, name: str = "main", /, **settings: object) -> RemovalRecord:
    keys = cast("tuple[str, ...]", settings.pop("keys", ()))
    provider = str(settings.pop("provider", AWS))
    arn = str(settings.pop("arn", ""))
    resource = Removal(
        address=f"{kind}.{name}",
        action=Action(settings.pop("action", "delete")),
        type=kind,
        provider=provider,
        identifier=str(settings.pop("id", f"{name}-id")),
        arn=arn,
        region=arn.split(":")[3] if arn else "",
        keys=keys,
        settings={path.replace("__", "."): cast("Json", value) for path, value in settings.items()},
    )
    return RemovalRecord(
        unit=DATA,
        run=RUN,
        attempt=1,
        resource=resource,
        plan_digest="d1",
        begun_at="2026-11-01T08:00:01.000000+00:00",
        ended_at=TIME,
        ended=RemovalEnd.APPLIED,
    )


def key(days: Json = 7, **more: object) -> RemovalRecord:
    return record("aws_kms_key", "data", arn=KEY, id="k-1", deletion_window_in_days=days, **more)


def ended(*records: RemovalRecord) -> tuple[Fate, ...]:
    return fates([(item, item.ended_at or item.begun_at, "the apply ended well") for item in records])


def case(*records: RemovalRecord, finding: Finding = Finding.GONE, **more: Any) -> Case:  # noqa: ANN401  fields by name
    found = ended(*records)
    reading = Reading(finding=finding, detail="NotFound", at="2026-11-01T08:05:00+00:00")
    known = Case(
        fleet="acme-fleet",
        cell=ACME,
        requested=Deed(
            by="Ada", at="2026-10-01T08:00:00+00:00", vouched="ada@laptop", reason="contract ended"
        ),
        head=(41, "ab" * 32),
        approvals=(Deed(by="Grace", at="2026-10-02T08:00:00+00:00", what="the offboarding"),),
        hold=Hold(seconds=2_592_000, until="2026-10-31T08:00:00+00:00"),
        export=Export(
            command=("./export.sh", "acme"),
            sha256="cd" * 32,
            size=1024,
            place="s3://exports/acme.tar",
            at="2026-10-31T09:00:00+00:00",
        ),
        runs=(
            DestroyingRun(
                id=RUN,
                status="succeeded",
                by="Ada",
                started="2026-11-01T08:00:00+00:00",
                finished="2026-11-01T08:00:10+00:00",
                commit="c0ffee",
            ),
        ),
        fates=found,
        readings={(fate.record.unit, fate.record.resource.address): reading for fate in found},
    )
    return replace(known, **more)
