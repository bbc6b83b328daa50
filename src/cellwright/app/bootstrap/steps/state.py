"""The bucket of the states: made with a local state, which is then moved into the bucket itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cellwright.app.bootstrap.answers import CELL, FILE, LEVEL
from cellwright.app.bootstrap.cloud import BucketStanding
from cellwright.app.bootstrap.reading import read_settings
from cellwright.app.bootstrap.settings import SettingsFile
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Look, Question, done, to_do, unwanted, waits
from cellwright.files.names import unit_path
from cellwright.fleet.fleet import FLEET_FILE
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.value import Json

UNIT = f"{LEVEL}/{CELL}/state"
_KEY = "state.bucket"
_LONGEST = 63


@dataclass(frozen=True, slots=True)
class StateBucket:
    """Makes the bucket, names it in fleet.yaml, and moves into it what lies on this machine."""

    name: str = "state"
    title: str = "A bucket for Terraform's states, with its key"

    def questions(self, site: Site) -> Sequence[Question]:
        """What the bucket is called."""
        if _settings(site).get("backend") not in (None, "local", "s3"):
            return ()
        return (
            Question(_KEY, "The bucket of the states; nobody else in AWS may have its name", proposal(site)),
        )

    def look(self, site: Site) -> Look:
        """Look where states lie, by the settings and by the ledger."""
        state = _settings(site)
        backend, bucket = state.get("backend", "local"), site.answers.text(_KEY)
        named = _bucket_of(state)
        if backend not in ("local", "s3") or (backend == "s3" and named != bucket):
            place = f"{backend} {named}".strip()
            return unwanted(f"states lie elsewhere already: {place} (state: in {FLEET_FILE})")
        local = local_units(site)
        if backend == "s3" and not local and not site.waiting(UNIT):
            return done(f"states lie in {bucket}")
        if not site.answers.text("region"):
            return waits("for the answers of step accounts")
        says, findings = [], []
        if backend == "local":
            region = site.answers.text("region")
            says.append(f"make the bucket {bucket} in {region}: versioned, private, with a key of its own")
            says.append(f"write `state:` into {FLEET_FILE}, so that every clone finds it")
            findings = [taken] if (taken := _taken(site, bucket)) else []
        moved = {*map(str, local), UNIT} if backend == "local" else set(map(str, local))
        if moved:
            says.append(f"move these states from this machine into it: {', '.join(sorted(moved))}")
        return to_do(*(says or [f"apply {UNIT}"]), findings=findings)

    def act(self, site: Site) -> Sequence[str]:
        """Make it, name it, move what is here; each part looks whether it was done before."""
        told = []
        bucket = site.answers.text(_KEY)
        if _settings(site).get("backend", "local") == "local":
            _prepare(site, bucket)
            if site.bring_up(UNIT):
                told.append(f"applied {UNIT}")
            _name_bucket(site, bucket)
            told.append(f"wrote state: into {FLEET_FILE}")
        local = local_units(site)
        if local:
            site.bring_up(*map(str, local), move_states=True)
            told.append(f"states moved into {bucket}: {len(local)}")
        site.bring_up(UNIT)
        return told


def proposal(site: Site) -> str:
    """Give a name that hardly anybody else has: it holds the account's number."""
    account = site.answers.text("account_id") or site.cloud.identity().account
    return f"{site.fleet}-state-{account}"[:_LONGEST]


def local_units(site: Site) -> list[UnitAddress]:
    """List the units whose states the ledger knows to lie on this machine.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    found = []
    for address, applied in site.session.ledger().reader.applied(None).items():
        backend = applied.recipe.get("backend")
        if isinstance(backend, Mapping) and backend.get("kind") == "local":
            found.append(address)
    return sorted(found)


def _taken(site: Site, bucket: str) -> Diagnostic | None:
    """Tell why the name can't be had; None if it can, or if the bucket is the unit's own."""
    whose = site.cloud.bucket(bucket, site.answers.text("region"))
    other = proposal(site)
    if other == bucket:
        other = f"{bucket[: _LONGEST - 10]}-{site.answers.text('region')}"
    place = Position(FILE)
    if whose is BucketStanding.TAKEN:
        return error(
            f"the bucket name '{bucket}' is taken by somebody else: a name exists once in all of AWS",
            f"take another one: cellwright bootstrap --set {_KEY}={other}",
            place,
        )
    if whose is BucketStanding.OURS and not _begun(site):
        return error(
            f"this account has a bucket '{bucket}' already, and no state here knows it: another fleet's, or"
            " was left behind by an apply whose machine is gone",
            f"remove it if it is empty (aws s3api delete-bucket --bucket {bucket}), or take another name:"
            f" cellwright bootstrap --set {_KEY}={other}",
            place,
        )
    return None


def _begun(site: Site) -> bool:
    """Tell whether the bucket may be the unit's own: it was applied, or its state lies here."""
    unit = UnitAddress.parse(UNIT)
    if unit in site.session.ledger().reader.heads():
        return True
    return unit_path(site.session.home.states, unit, ".tfstate").exists()


def _prepare(site: Site, bucket: str) -> None:
    """Write the cell's own settings, if the bucket can be had."""
    if taken := _taken(site, bucket):
        raise DiagnosticError(taken)
    with site.session.changing(site.talk.interrupts):
        changed = site.answers.put("stacks.state.enabled", value=True)
        organization = site.cloud.organization()
        if organization and site.answers.get("stacks.state.organization_id") is None:
            changed = site.answers.put("stacks.state.organization_id", organization) or changed
        if changed:
            site.commit([site.answers.path], f"The bucket {bucket}")


def _name_bucket(site: Site, bucket: str) -> None:
    """Write where states lie."""
    config: dict[str, Json] = {
        "bucket": bucket,
        "region": site.answers.text("region"),
        "encrypt": True,
        "use_lockfile": True,
        "kms_key_id": site.output(UNIT, "kms_key_arn"),
        "key": "${unit.address}.tfstate",
    }
    # Both at once: no moment in which the settings name half of a place.
    wanted: dict[str, Json] = {"state.backend": "s3", "state.config": config}
    SettingsFile(site, FLEET_FILE).settle(wanted, f"States lie in {bucket}")


def _settings(site: Site) -> Mapping[str, object]:
    found = read_settings(site.session.root, FLEET_FILE).get("state")
    return found if isinstance(found, Mapping) else {}


def _bucket_of(state: Mapping[str, object]) -> str:
    config = state.get("config")
    return str(config.get("bucket", "")) if isinstance(config, Mapping) else ""
