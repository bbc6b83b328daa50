"""Make evidence: collect what was seen in a period, write it into a folder, and sign its manifest."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cellwright.app.evidence.anchored import OutsideTrail, outside_trail
from cellwright.app.evidence.facts import anchor_rows, chain_rows, fault_gaps, retention_rows
from cellwright.app.evidence.folder import EvidenceFolder, new_folder, refuse_taken
from cellwright.app.evidence.looks import look_rows
from cellwright.app.evidence.manifest import (
    ANCHORS,
    EVENTS,
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    Described,
    clauses_text,
    gaps_text,
    write_manifest,
)
from cellwright.app.evidence.pages.network_picture import draw_network
from cellwright.app.evidence.pages.writing import write_pages
from cellwright.app.evidence.period import Period, checked_period
from cellwright.app.evidence.rows import TopicRows, open_rows
from cellwright.app.evidence.signing import Signer, find_signer
from cellwright.app.evidence.standing import people_rows, token_rows
from cellwright.app.evidence.states.listing import list_states
from cellwright.app.evidence.states.opening import StateOpener
from cellwright.app.evidence.states.places import recorded_states
from cellwright.app.evidence.trail import Followed, TrailWalk
from cellwright.app.session.session import FleetSession
from cellwright.evidence.clauses.all_clauses import CLAUSES
from cellwright.evidence.exceptions import ExceptionsSeen
from cellwright.evidence.grants import GrantHistory
from cellwright.evidence.judging import RULES, Gap, Judged, gaps_of, judge
from cellwright.evidence.network import NetworkMap
from cellwright.evidence.rules import RulesSeen, cites_of
from cellwright.evidence.sorting import PRUNED
from cellwright.ledger.database.clock import iso
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.unit import Unit
from cellwright.model.value import Json

MADE = "evidence.made"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRequest:
    """Evidence that is wanted."""

    since: datetime
    until: datetime | None
    """None: until now."""
    target: Path
    """The folder: it does not exist yet, or is empty."""
    states: bool = True
    """Read the states, for the inventory and the network map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceReport:
    """Evidence that was made."""

    folder: Path
    period: Period
    found: Followed
    judged: tuple[Judged, ...]
    gaps: tuple[Gap, ...]
    manifest: str
    """The SHA-256 of the manifest."""
    signed: bool
    recorded: bool
    """The making is an event; false where the ledger could not be written."""

    @property
    def sound(self) -> bool:
        """Tell whether the audit trail holds."""
        return not self.found.faults


def make_evidence(
    session: FleetSession,
    actor: Actor,
    request: EvidenceRequest,
    told: Callable[[int, int], None] = lambda _read, _whole: None,
) -> EvidenceReport:
    """Make evidence of a period; event `evidence.made`.

    A trail that does not hold is evidence, too: it is written, and said. `told` is called with how many
    events were read, and how many there are.

    Raises:
        DiagnosticError: there can be no such period, the ledger can't be read at all, or the folder is taken
            or can't be written.
    """
    now = session.now()
    period = checked_period(request.since, request.until or now, now)
    refuse_taken(request.target)
    outside, signer = outside_trail(session), find_signer(session)
    # Be it the ledger that this clone has used or not: where it differs is what is asked.
    with (
        open_ledger(session.ledger_url, create=False) as ledger,
        new_folder(request.target) as folder,
    ):
        maker = _Maker(session, ledger, folder, period, outside, signer, request.states)
        about, digest = maker.make(told)
        writable = not ledger.database.absent and not about.found.faults
    recorded = False
    if writable:
        with suppress(DiagnosticError):  # whoever may only read makes evidence, too
            _record(session, actor, period, digest)
            recorded = True
    return EvidenceReport(
        folder=request.target,
        period=period,
        found=about.found,
        judged=tuple(about.judged),
        gaps=tuple(about.gaps),
        manifest=digest,
        signed=signer.key is not None,
        recorded=recorded,
    )


@dataclass(slots=True)
class _Maker:
    session: FleetSession
    ledger: Ledger
    folder: EvidenceFolder
    period: Period
    outside: OutsideTrail
    signer: Signer
    states: bool

    def make(self, told: Callable[[int, int], None]) -> tuple[Described, str]:
        """Write everything; gives what the manifest says, and its digest."""
        gaps: list[Gap] = [*self.signer.gaps, *self._unfinished()]
        with ExitStack() as stack:
            rows = open_rows(self.folder, stack)
            found = self._follow(rows, told)
            gaps += self._add_standing(rows)
            rows.add_all("signature", self.signer.rows())
            network = self._add_states(rows, gaps)
        gaps = [*fault_gaps(found, self.outside.faults), *gaps]
        judged = judge(CLAUSES, rows.counts(), _cited(rows))
        repository = self.session.repository()
        about = Described(
            fleet=self.session.anchoring().fleet,
            commit=repository.head() if repository else None,
            period=self.period,
            found=found,
            judged=judged,
            gaps=gaps_of(judged, gaps),
        )
        self._write_rest(about, rows, network)
        return about, self._sign(about)

    def _follow(self, rows: TopicRows, told: Callable[[int, int], None]) -> Followed:
        reader = self.ledger.reader
        with self.folder.writing(EVENTS) as lines:
            walk = TrailWalk(
                bounds=reader.stretch(self.period.since, self.period.until),
                until=iso(self.period.until),
                lines=lines,
                rows=rows,
                grants=GrantHistory(iso(self.period.since)),
                exceptions=ExceptionsSeen(),
                rules=RulesSeen(),
                told=told,
            )
            found = walk.follow(reader, self.outside.points, absent=self.absent)
        rows.add_all("activity", walk.activity_rows())
        rows.add_all("grants", walk.grants.rows())
        rows.add_all("exceptions", walk.exceptions.rows())
        rows.add_all("rules", walk.rules.rows())
        rows.add_all("people", people_rows(self.ledger.people, walk.last_sign_in))
        rows.add_all("chain", chain_rows(found))
        rows.add_all("anchors", anchor_rows(found))
        prunes = sum(count for (_, _, action), count in walk.activity.items() if action == PRUNED)
        rows.add_all("retention", retention_rows(found, prunes))
        return found

    def _add_standing(self, rows: TopicRows) -> Sequence[Gap]:
        rows.add_all("drift_looks", look_rows(self.ledger.drift, self.period))
        try:
            rows.add_all("tokens", token_rows(self.ledger.people))
        except DiagnosticError as fault:
            told = f"the tokens can't be read: {fault.diagnostics[0].summary}"
            return [Gap(told, "make the evidence as a role of the database that may read them")]
        return []

    def _add_states(self, rows: TopicRows, gaps: list[Gap]) -> NetworkMap:
        if not self.states:
            gaps.append(Gap("the states were left out: there is no inventory", "make it without --no-states"))
            return NetworkMap()
        units: Mapping[UnitAddress, Unit] = {}
        try:
            units = self.session.usable().fleet.units
        except DiagnosticError:
            told = "the fleet's settings have errors: states were looked for where they were when applied"
            gaps.append(Gap(told, "see: cellwright check"))
        found = list_states(
            recorded_states(self.ledger, self.session.home, units, self.session.environment),
            rows,
            StateOpener(self.session).read,
        )
        gaps.extend(found.gaps())
        return found.network

    @property
    def absent(self) -> bool:
        """There is no ledger, and none that this clone remembers."""
        return self.ledger.database.absent and not self.outside.points

    def _unfinished(self) -> Sequence[Gap]:
        if self.period.over(self.session.now()):
            return []
        return [Gap("the period is not over", "make the evidence again when it is")]

    def _write_rest(self, about: Described, rows: TopicRows, network: NetworkMap) -> None:
        self.folder.write(ANCHORS, "".join(self.outside.lines))
        self.folder.write("gaps.json", gaps_text(about.gaps))
        self.folder.write("clauses.json", clauses_text(about.judged))
        if self.signer.public:
            self.folder.write(PUBLIC_KEY, self.signer.public)
        write_pages(self.folder, about, rows.open, {"network": draw_network(network)})

    def _sign(self, about: Described) -> str:
        text = write_manifest(about, dict(sorted(self.folder.files.items())))
        self.folder.write(MANIFEST, text)
        if self.signer.key is not None:
            self.folder.write(SIGNATURE, self.signer.key.sign(text))
        return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _cited(rows: TopicRows) -> Counter[str]:
    """How many rules cite each clause."""
    found = rows.open[RULES].first
    return Counter(cite for row in found for cite in set(cites_of(str(row["clause"]))))


def _record(session: FleetSession, actor: Actor, period: Period, digest: str) -> None:
    detail: dict[str, Json] = {**period.to_json(), "manifest": digest}
    session.ledger(writing=True).recorder.append_event(actor, MADE, "evidence", "", detail)
