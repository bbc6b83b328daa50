"""Tools that ask for acts. None approves anything: what they begin waits in the ledger for a person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from mcp.server.mcpserver import Context
from pydantic import Field, JsonValue

from cellwright.app.clients.onboarding.onboard import OnboardRequest
from cellwright.app.drift.repairing import RepairRequest, begin_repair
from cellwright.app.jobs.begin import begin_apply, begin_onboard, begin_plan
from cellwright.app.runs.apply import ApplyRequest
from cellwright.app.runs.choosing import Selection
from cellwright.app.runs.plan import PlanRequest
from cellwright.app.runs.steering.cancel import RunToCancel, cancel
from cellwright.cli.mcp import documents, next_steps
from cellwright.cli.mcp.answers import Told, ToolAnswer
from cellwright.cli.mcp.carrying import Carrying
from cellwright.cli.mcp.desk import Desk, client_name
from cellwright.cli.mcp.inputs import Selectors, Why
from cellwright.model.diagnostic import DiagnosticError, error

BegunTold: TypeAlias = Annotated[ToolAnswer, documents.BegunAnswer]
RolloutTold: TypeAlias = Annotated[ToolAnswer, documents.RolloutAnswer]


@dataclass(frozen=True, slots=True)
class ActingTools:
    """Each method is a tool; its docstring is what an assistant is told."""

    desk: Desk
    carrying: Carrying | None
    """None: a server carries the runs out."""

    def plan(self, selectors: Selectors, reason: Why, ctx: Context) -> BegunTold:
        """Begin a run that makes Terraform plans of the selected changes; the cloud is read, never changed.

        Answers at once with the run's id; `run` shows the plans.
        """
        client = _client(ctx)

        def begin() -> str:
            request = PlanRequest(selection=Selection(selectors), reason=self._reason(reason, client))
            return self.desk.act(begin_plan, client, request)

        return self.desk.answer(documents.BegunAnswer, lambda: self._begun(begin, client, approval=False))

    def apply(self, selectors: Selectors, reason: Why, ctx: Context) -> BegunTold:
        """Begin a run that makes plans of the selected changes and waits until a person has approved them.

        Never destroys whole units. Answers at once with the run's id and what the person has to do; no tool
        can approve.
        """
        client = _client(ctx)

        def begin() -> str:
            if not selectors:
                raise DiagnosticError(error("no units are named", "name them: client/acme, tier=gold, or **"))
            request = ApplyRequest(selection=Selection(selectors), reason=self._reason(reason, client))
            return self.desk.act(begin_apply, client, request)

        return self.desk.answer(documents.BegunAnswer, lambda: self._begun(begin, client, approval=True))

    def onboard(
        self,
        name: Annotated[str, Field(description="The new client's name: acme.", min_length=1, max_length=100)],
        reason: Why,
        settings: Annotated[
            dict[str, JsonValue],
            Field(
                default_factory=dict,
                description='What differs from the defaults, as in the cell\'s file: {"tier": "gold"}.',
            ),
        ],
        ctx: Context,
    ) -> BegunTold:
        """Write and commit a new client's settings, and begin the run that brings it up.

        The commit is made at once; its plans wait until a person has approved them. Asked again it goes on
        where it stopped. A fleet that takes new clients by pull request answers with the pull request.
        """
        client = _client(ctx)

        def begin() -> str:
            why = self._reason(reason, client)
            request = OnboardRequest(name=name, settings=settings, reason=why, hooks=True)
            return self.desk.act(begin_onboard, client, request)

        return self.desk.answer(documents.BegunAnswer, lambda: self._begun(begin, client, approval=True))

    def repair_drift(
        self,
        reason: Why,
        ctx: Context,
        selectors: Selectors = (),
        groups: Annotated[
            tuple[str, ...], Field(description="Only these groups of equal drift, as `drift` names them.")
        ] = (),
        strategy: Annotated[str, Field(description="A name below `rollouts`; empty: the only one.")] = "",
    ) -> RolloutTold:
        """Begin a rollout that applies units anew whose real resources have drifted.

        Its plans wait until a person has approved them. A server goes on with it, or a person:
        `cellwright rollout resume`.
        """
        client = _client(ctx)

        def find() -> Told:
            why = self._reason(reason, client)
            request = RepairRequest(selectors=selectors, groups=groups, strategy=strategy, reason=why)
            rollout = self.desk.act(begin_repair, client, request).record.summary.id
            told = (
                f"Rollout {rollout} is recorded. A server goes on with it, or a person: cellwright rollout "
                f"resume {rollout}. Its plans wait for a person: cellwright rollout approve {rollout}, or in "
                "the console."
            )
            if self.desk.stopped():
                told = (
                    f"{told} It was recorded when the call was cancelled: cellwright rollout cancel {rollout}"
                )
                self.desk.this_call.after_all.append(told)
            return Told(text=[told], document={"rollout": rollout, "for_a_person": told})

        return self.desk.answer(documents.RolloutAnswer, find)

    def _reason(self, reason: str, client: str) -> str:
        """Give the reason; to a server, which names the actor by its token, it says through what it came."""
        through = f" (through MCP: {client})" if self.carrying is None else ""
        return f"{reason.strip()}{through}"

    def _begun(self, begin: Callable[[], str], client: str, *, approval: bool) -> Told:
        run = begin()
        if self.desk.is_cancelled:
            return self._cancelled(run, client)
        if self.carrying is not None:
            self.carrying.begin(run, self.desk.actor(client))
        told = next_steps.begun(run, approval=approval)
        return Told(text=[told], document={"run": run, "for_a_person": told if approval else ""})

    def _cancelled(self, run: str, client: str) -> Told:
        """Cancel a run whose beginning the client has cancelled: nobody asks for it any more."""
        request = RunToCancel(run=run, reason=f"the call was cancelled (MCP client {client})")
        self.desk.act(cancel, client, request)
        told = f"Run {run} had begun when the call was cancelled, and is cancelled, too; nothing was applied."
        self.desk.this_call.after_all.append(told)
        return Told(text=[told], document={"run": run, "for_a_person": ""})


def _client(ctx: Context) -> str:
    known = ctx.session.client_params
    return client_name(known.client_info.name, known.client_info.version) if known else client_name("", "")
