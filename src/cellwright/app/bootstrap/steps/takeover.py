"""Jenkins takes over: a job of it applies its own stack, then everything else that is left."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.app.bootstrap.answers import CELL
from cellwright.app.bootstrap.recording import ENDED
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Look, Question, done, to_do, unwanted, waits
from cellwright.jenkins.server import Jenkins
from cellwright.jenkins.transport import Credentials
from cellwright.ledger.read.event_filter import EventFilter, action_pattern, subject_pattern
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error

TOKEN = "CELLWRIGHT_JENKINS_TOKEN"  # noqa: S105  the variable's name
_SELECTORS = "SELECTORS"
_OWN = f"utility/{CELL}/jenkins"


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Starts the job for Jenkins' own stack, waits, then for all others."""

    name: str = "takeover"
    title: str = "Jenkins takes over"

    def questions(self, site: Site) -> Sequence[Question]:
        """Where Jenkins is, and which job applies."""
        if site.answers.text("ci.kind") != "jenkins":
            return ()
        host = site.answers.text("jenkins.host")
        return (
            Question(
                "jenkins.url",
                "Jenkins' address, as this machine reaches it",
                f"https://{host}" if host else "",
            ),
            Question("jenkins.user", f"The user whose token is in {TOKEN}", "bootstrap"),
            Question("jenkins.job", "The job that applies", "cellwright/apply"),
            Question(
                "jenkins.others", "What it applies after its own stack", "utility/**,client/**", listed=True
            ),
        )

    def look(self, site: Site) -> Look:
        """Look whether it was done: the audit trail says so."""
        if site.answers.text("ci.kind") != "jenkins":
            return unwanted(f"{site.answers.text('ci.kind')} carries out runs")
        if _was_done(site):
            return done(f"{site.answers.text('jenkins.job')} has applied what was left")
        if not site.answers.text("jenkins.url"):
            return waits("for the answers of step jenkins")
        job, url = site.answers.text("jenkins.job"), site.answers.text("jenkins.url")
        others = " ".join(site.answers.texts("jenkins.others"))
        findings = [] if site.session.environment.get(TOKEN) else [_no_token()]
        return to_do(f"start {job} at {url} for {_OWN}", f"then for {others}", findings=findings)

    def act(self, site: Site) -> Sequence[str]:
        """Start both, one after the other; a build that runs already is followed."""
        jenkins = _server(site)
        job = site.answers.text("jenkins.job")
        told = []
        for selectors in (_OWN, " ".join(site.answers.texts("jenkins.others"))):
            build = jenkins.follow(jenkins.start(job, {_SELECTORS: selectors}))
            if not build.succeeded:
                raise DiagnosticError(
                    error(
                        f"{job} #{build.number} ended as {build.result or 'unknown'}",
                        f"look at {build.url}console, then repeat `cellwright bootstrap`",
                    )
                )
            told.append(f"{job} #{build.number} has applied {selectors}")
        return told


def _server(site: Site) -> Jenkins:
    token = site.session.environment.get(TOKEN)
    if not token:
        raise DiagnosticError(_no_token())
    return Jenkins(
        site.answers.text("jenkins.url"),
        Credentials(site.answers.text("jenkins.user"), token),
        site.session.environment,
        interrupted=site.talk.interrupted,
    )


def _no_token() -> Diagnostic:
    return error(
        f"the environment has no {TOKEN}",
        "make a token in Jenkins (the user's page, Security, API Token) and set it for this command alone",
    )


def _was_done(site: Site) -> bool:
    only = EventFilter(actions=(action_pattern(ENDED),), subjects=(subject_pattern("bootstrap/takeover"),))
    return any(True for _ in site.session.ledger().reader.events(only=only))
