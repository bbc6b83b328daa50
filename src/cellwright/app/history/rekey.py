"""Gives the ledger's digests of sensitive values a new key, or goes on after the key was lost."""

from collections.abc import Iterator
from dataclasses import dataclass

from cellwright.app.session.former import FormerUnits
from cellwright.app.session.repository.fleet_lock import fleet_lock
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.unit.orphan import Recipe
from cellwright.engine.unit.renewal import AddedSecret, LostKey, Renewal, with_new_digests
from cellwright.ledger.audit import EventDraft
from cellwright.ledger.key import VARIABLE, Key, new_key, save_key, with_secret
from cellwright.ledger.ownership import DIGESTS, KEY, SCOPED, digester_of
from cellwright.ledger.write.rekeying import Rekeying
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.unit import Unit
from cellwright.planning.digest import Digester
from cellwright.planning.reasons import KEY_LOST

_NAMED = 5
"""So many units are named in a message."""


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """What was done."""

    units: int
    """How many units are recorded."""
    lost: tuple[UnitAddress, ...]
    """Those whose sensitive values can't be compared until they are applied again."""
    origin: str
    """Where the key is kept."""


def rekey(session: FleetSession, actor: Actor, reason: str, *, lost: bool = False) -> Rekeyed:
    """Renew every recorded digest with a new secret that is added to the key; no unit becomes a change.

    With `lost`, the key is gone: a new one takes its place, and what it was needed for counts as not known.

    Raises:
        DiagnosticError: the key is missing, or is not lost; somebody is at work; or the ledger can't be used.
    """
    fleet = session.open(writing=True, digests=False)
    with fleet_lock(session.home):
        since = fleet.ledger.reader.chain_end()
        bindings = fleet.ledger.reader.bindings()
        if KEY not in bindings:
            raise DiagnosticError(error("the ledger has no digests of sensitive values yet", "nothing to do"))
        key = session.find_key()
        settings = _Settings(fleet)
        outputs = fleet.ledger.reader.all_outputs()
        renewal: Renewal
        if lost:
            made = _in_place_of_lost(session, key, bindings[KEY])
            after = Digester(made.secret, made.later)
            renewal = LostKey(after, settings.of)
        else:
            before = digester_of(bindings, key, lambda: fleet.ledger.database.location)
            made = _with_secret(session, key, bindings[KEY])
            renewal = AddedSecret(before, made.later[-1], outputs, settings.of)
            after = before.with_key(made.later[-1])
        units = [
            with_new_digests(applied, outputs, renewal, after)
            for applied in fleet.ledger.reader.applied(None).values()
        ]
        if isinstance(renewal, AddedSecret) and renewal.unknown:
            raise _unknown(renewal.unknown)
        unclear = tuple(sorted(item.head.address for item in units if item.recipe.get(KEY_LOST)))
        Rekeying(fleet.ledger.database).replace(
            units,
            {KEY: made.check(), DIGESTS: SCOPED},
            since,
            EventDraft(
                actor,
                "ledger.rekeyed",
                "ledger",
                reason,
                {"units": len(units), "key_lost": lost, "not_comparable": len(unclear)},
            ),
        )
    return Rekeyed(len(units), unclear, made.origin)


@dataclass(frozen=True, slots=True)
class _Settings:
    """A unit's settings as the fleet has them, then as they were at the commit that was applied."""

    fleet: OpenFleet

    def of(self, applied: AppliedUnit) -> Iterator[Unit]:
        now = self.fleet.fleet.units.get(applied.head.address)
        if now is not None:
            yield now
        commit = Recipe.of(applied).commit
        if commit is None:
            return
        try:
            former = FormerUnits(self.fleet).unit(commit, applied.head.address)
        except DiagnosticError:
            return
        if former is not None:
            yield former


def _with_secret(session: FleetSession, key: Key | None, check: str) -> Key:
    """Give the key with the next secret: one that was put there already, or a new one, which is saved."""
    used = key.known_as(check) if key is not None else None
    if key is None or used is None:
        raise RuntimeError("a key that is not the ledger's was refused before")
    if len(key.later) > len(used.later):
        return Key(key.secret, key.origin, key.later[: len(used.later) + 1])
    if key.origin == VARIABLE:
        raise DiagnosticError(
            error(
                f"the key comes from {VARIABLE}, which can't be changed from here",
                f'add a secret at its end, wherever the fleet is run from, then repeat this: {VARIABLE}="'
                f'${VARIABLE},$(openssl rand -hex 32)"',
            )
        )
    made = with_secret(used)
    save_key(session.home.folder, made)
    return made


def _in_place_of_lost(session: FleetSession, key: Key | None, check: str) -> Key:
    """Give the key to go on with: the one that is here, although it is another one, or a new one."""
    if key is not None and key.known_as(check) is not None:
        raise DiagnosticError(
            error(
                f"the key of the ledger is not lost: {key.origin} holds it",
                "for a new key: cellwright ledger rekey",
            )
        )
    if key is not None:
        return key
    made = new_key(session.home.folder)
    save_key(session.home.folder, made)
    return made


def _unknown(units: list[UnitAddress]) -> DiagnosticError:
    names = sorted({str(unit) for unit in units})
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return DiagnosticError(
        error(
            "nothing was changed: this ledger is of an older version, and these units take sensitive outputs "
            f"with settings that can't be had as they were applied: {', '.join(names[:_NAMED])}{more}",
            "apply them, or make the commits available that were applied (git fetch), then repeat this",
        )
    )
