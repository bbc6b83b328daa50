"""The steps in their order: asked about, looked at, taken, and recorded in the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from cellwright.app.bootstrap.answers import FILE
from cellwright.app.bootstrap.recording import Recording
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Look, Question, Standing, Step
from cellwright.app.bootstrap.steps.accounts import Accounts
from cellwright.app.bootstrap.steps.base import Base
from cellwright.app.bootstrap.steps.connections import Connections
from cellwright.app.bootstrap.steps.images import Images
from cellwright.app.bootstrap.steps.jenkins import JenkinsStack
from cellwright.app.bootstrap.steps.ledger import SharedLedger
from cellwright.app.bootstrap.steps.pipeline import PipelineRoles
from cellwright.app.bootstrap.steps.registry import Registry
from cellwright.app.bootstrap.steps.state import StateBucket
from cellwright.app.bootstrap.steps.takeover import TakeOver
from cellwright.model.diagnostic import DiagnosticError, error, has_errors
from cellwright.model.position import Position
from cellwright.model.value import Json

STEPS: tuple[Step, ...] = (
    Accounts(),
    StateBucket(),
    PipelineRoles(),
    Registry(),
    Images(),
    Base(),
    Connections(),
    SharedLedger(),
    JenkinsStack(),
    TakeOver(),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapRequest:
    """How far to go, and what is answered beforehand."""

    until: str = ""
    """The last step to be taken; empty: all."""
    answers: dict[str, Json] = field(default_factory=dict)
    """By dotted keys."""
    dry_run: bool = False
    """Only look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """One step: how it stood, and what was done."""

    name: str
    title: str
    look: Look
    did: Sequence[str] = ()
    taken: bool = False


class Guide(Protocol):
    """The person's side: who is asked and told. Implemented by the command line."""

    def ask(self, step: Step, question: Question) -> str:
        """Ask for an answer; gives the default where nobody is asked.

        Raises:
            DiagnosticError: there is no default, and nobody to ask.
        """

    def show(self, number: int, step: Step, look: Look) -> None:
        """Show how a step stands."""

    def wants(self, step: Step) -> bool:
        """Ask whether to take it."""

    def told(self, report: StepReport) -> None:
        """A step was taken."""


@dataclass(frozen=True, slots=True)
class Silent:
    """Takes every default and every step. Implements `Guide`."""

    def ask(self, step: Step, question: Question) -> str:
        """Take the default."""
        if not question.default:
            raise unanswered(step, question)
        return question.default

    def show(self, number: int, step: Step, look: Look) -> None:
        """Show nothing."""

    def wants(self, step: Step) -> bool:
        """Take it."""
        del step
        return True

    def told(self, report: StepReport) -> None:
        """Tell nobody."""


def unanswered(step: Step, question: Question) -> DiagnosticError:
    """Make the error for a question that nobody has answered."""
    advice = f"answer it: cellwright bootstrap --set {question.key}=VALUE"
    return DiagnosticError(error(f"step {step.name} has to know: {question.text}", advice, Position(FILE)))


def named(until: str) -> Sequence[Step]:
    """Give the steps up to one.

    Raises:
        DiagnosticError: there is no such step.
    """
    names = [step.name for step in STEPS]
    if until and until not in names:
        raise DiagnosticError(error(f"there is no step '{until}'", f"its steps: {', '.join(names)}"))
    return STEPS[: names.index(until) + 1] if until else STEPS


def bootstrap(site: Site, request: BootstrapRequest, guide: Guide | None = None) -> tuple[StepReport, ...]:
    """Take the steps one after another; what is done already is only shown.

    Raises:
        DiagnosticError: a step can't be taken; those before it stay, and the next call goes on there.
    """
    guide = guide or Silent()
    steps = named(request.until)
    if request.dry_run:
        site = replace(site, assumed=request.answers)
    else:
        _write_answers(site, request.answers)
    reports = []
    for number, step in enumerate(steps, start=1):
        if request.dry_run:
            site = _assuming(site, step)
        else:
            _ask(site, step, guide)
        found = step.look(site)
        guide.show(number, step, found)
        report = StepReport(name=step.name, title=step.title, look=found)
        if found.standing is Standing.TO_DO and not request.dry_run:
            if has_errors(found.findings):
                Recording(site).failed(step, DiagnosticError(*found.findings))
                raise DiagnosticError(*found.findings)
            if not guide.wants(step):
                reports.append(report)
                break
            report = StepReport(
                name=step.name, title=step.title, look=found, did=_take(site, step, found), taken=True
            )
            guide.told(report)
        reports.append(report)
        if found.standing is Standing.WAITS and not request.dry_run:
            break
    return tuple(reports)


def look_at(site: Site) -> tuple[StepReport, ...]:
    """Look at every step; changes nothing.

    Raises:
        DiagnosticError: one can't be looked at.
    """
    return bootstrap(site, BootstrapRequest(dry_run=True))


def _take(site: Site, step: Step, found: Look) -> Sequence[str]:
    record = Recording(site)
    record.began(step, found.says)
    try:
        did = step.act(site)
    except DiagnosticError as failure:
        record.failed(step, failure)
        raise
    record.ended(step, did)
    return did


def _write_answers(site: Site, answers: dict[str, Json]) -> None:
    if not answers:
        return
    with site.session.changing(site.talk.interrupts):
        changed = [site.answers.put(key, value) for key, value in answers.items()]
        if any(changed):
            site.commit([site.answers.path], "Answers for the bootstrap")


def _assuming(site: Site, step: Step) -> Site:
    """Take the defaults of a step's questions for answered."""
    asked: set[str] = set()
    while question := _next(site, step, asked):
        asked.add(question.key)
        site = replace(site, assumed={**site.assumed, question.key: _value(question, question.default)})
    return site


def _value(question: Question, given: str) -> Json:
    return [item.strip() for item in given.split(",") if item.strip()] if question.listed else given


def _ask(site: Site, step: Step, guide: Guide) -> None:
    """Ask what is not answered yet, and keep it before anything is done with it."""
    changed = False
    asked: set[str] = set()
    while question := _next(site, step, asked):
        asked.add(question.key)
        given = guide.ask(step, question)
        if question.choices and given not in question.choices:
            advice = f"one of {', '.join(question.choices)}"
            raise DiagnosticError(error(f"'{given}' can't be {question.key}", advice, Position(FILE)))
        with site.session.changing(site.talk.interrupts):
            changed = site.answers.put(question.key, _value(question, given)) or changed
    if changed:
        with site.session.changing(site.talk.interrupts):
            site.commit([site.answers.path], f"Answers for the bootstrap: {step.name}")


def _next(site: Site, step: Step, asked: set[str]) -> Question | None:
    """Give the first question without an answer; later ones may depend on what is answered."""
    for question in step.questions(site):
        if question.key not in asked and site.answers.get(question.key) is None:
            return question
    return None
