"""What the steps of the bootstrap work with."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.app.bootstrap.answers import Answers
from cellwright.app.bootstrap.cloud import Cloud
from cellwright.app.bootstrap.reading import read_settings
from cellwright.app.runs.apply import ApplyRequest, apply
from cellwright.app.runs.choosing import Selection
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import FleetSession
from cellwright.app.status.status import StatusRequest, status
from cellwright.fleet.fleet import FLEET_FILE
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.change import Status, UnitStatus
from cellwright.model.runs.run import RunStatus
from cellwright.model.value import Json
from cellwright.planning.neighbour_flags import Relatives

_ALONE = Relatives()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One fleet that is being brought up, who does it, and what is asked outside."""

    session: FleetSession
    actor: Actor
    cloud: Cloud
    talk: Conversation = field(default_factory=Conversation)
    """Who may stop it, and whether all is approved beforehand."""
    run_talk: Callable[[], AbstractContextManager[Conversation]] | None = None
    """Opens the conversation of one run, with its progress and its questions; None: `talk` is taken."""
    reason: str = ""
    assumed: Mapping[str, Json] = field(default_factory=dict)
    """What is taken for answered where only a look is wanted."""

    @property
    def answers(self) -> Answers:
        """What was answered."""
        return Answers(self.session.root, self.assumed)

    @property
    def fleet(self) -> str:
        """The fleet's name."""
        return str(read_settings(self.session.root, FLEET_FILE).get("fleet") or "fleet")

    @property
    def why(self) -> str:
        """The reason of what is applied and committed."""
        return self.reason or "bootstrap"

    def statuses(self, *selectors: str, relatives: Relatives = _ALONE) -> tuple[UnitStatus, ...]:
        """Compare units with the ledger, as the files are now.

        Raises:
            DiagnosticError: the fleet has errors, or a selector matches nothing.
        """
        self.session.renew()
        return status(self.session, StatusRequest(selectors=selectors, relatives=relatives)).units

    def waiting(self, *selectors: str, relatives: Relatives = _ALONE) -> tuple[UnitStatus, ...]:
        """Give the units that have something to do; raises as `statuses`."""
        settled = (Status.UP_TO_DATE, Status.DESTROY)
        return tuple(
            item for item in self.statuses(*selectors, relatives=relatives) if item.status not in settled
        )

    def bring_up(self, *selectors: str, move_states: bool = False, relatives: Relatives = _ALONE) -> bool:
        """Apply units that have something to do; tells whether there were any.

        Raises:
            DiagnosticError: as `statuses`; or a unit failed, or its plan was not approved.
        """
        if not self.waiting(*selectors, relatives=relatives):
            return False
        request = ApplyRequest(
            selection=Selection(selectors, relatives),
            reason=self.why,
            move_states=move_states or self.talk.preapproved,
            # Answers are committed step by step; what is not committed yet is told in the record.
            allow_dirty=True,
        )
        with self.run_talk() if self.run_talk is not None else nullcontext(self.talk) as talk:
            report = apply(self.session, self.actor, request, talk)
        if report.run.status is not RunStatus.SUCCEEDED:
            failed = [item for result in report.results for item in result.diagnostics]
            summary = f"run {report.run.id} ended as {report.run.status.value}"
            advice = f"look at `cellwright logs {report.run.id}`, then repeat `cellwright bootstrap`"
            raise DiagnosticError(error(summary, advice), *failed)
        return True

    def output(self, unit: str, name: str) -> Json:
        """Give an output of a unit as it was applied last; None if there is none.

        Raises:
            DiagnosticError: the ledger can't be read.
        """
        address = UnitAddress.parse(unit)
        found = self.session.ledger().reader.outputs([address]).get(address, {}).get(name)
        return found.value if found is not None else None

    def commit(self, paths: Sequence[Path], subject: str) -> None:
        """Commit files that were changed, in the name of who acts; whoever calls holds the fleet's lock.

        Raises:
            DiagnosticError: git can't.
        """
        self.session.commit(self.actor, paths, f"{subject}\n")
        self.session.renew()
