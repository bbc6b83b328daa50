"""A Jenkins: starts a job, follows it, and says in diagnostics what does not work.

What only asks is asked again where Jenkins is restarting or a proxy before it fails. A start is sent again
only if Jenkins can't have taken it: else the job is looked at for a build that is ours.
"""

import re
import time
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cellwright.jenkins.transport import Answer, Credentials, Transport, UnansweredError
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.value import Json

_TRIES = 5
"""How often a question is asked before Jenkins counts as down."""
_PAUSE = 2.0
"""Seconds before the second try; each further one waits twice as long."""
_TURN = 2.0
"""Seconds between two looks at a build."""
_TEMPORARY = frozenset({429, 500, 502, 503, 504})
_NOT_TAKEN = frozenset({429, 503})
"""Answers to a start that say for certain that it was not taken."""
_OLD_CRUMB = re.compile(r"crumb", re.IGNORECASE)
_QUEUE_ITEM = re.compile(r"/queue/item/([0-9]+)/?$")
_ADVICE_LOG = "look at Jenkins' own log, then repeat this command"


@dataclass(frozen=True, slots=True)
class Build:
    """One build of a job."""

    job: str
    number: int
    url: str
    building: bool
    result: str
    """SUCCESS, FAILURE, ABORTED, ...; empty while it builds."""

    @property
    def succeeded(self) -> bool:
        """Whether it has ended well."""
        return not self.building and self.result == "SUCCESS"


@dataclass(slots=True)
class Jenkins:
    """A server at an address, asked in the name of one user."""

    url: str
    credentials: Credentials
    environment: Mapping[str, str] = field(repr=False)
    seconds: float = 30.0
    pause: Callable[[float], None] = time.sleep
    interrupted: Callable[[], bool] = lambda: False
    _transport: Transport = field(init=False, repr=False)
    _crumb: dict[str, str] | None = field(init=False, default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse an address over which the token would be readable."""
        self.url = self.url.rstrip("/")
        parts = urllib.parse.urlsplit(self.url)
        plain = parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost")
        if parts.scheme not in ("http", "https") or not parts.hostname or plain or parts.username:
            raise DiagnosticError(
                error(
                    f"'{_without_user(self.url)}' is no address for a Jenkins",
                    "write https://HOST, without a user",
                )
            )
        try:
            self._transport = Transport(self.credentials, self.environment, self.seconds)
        except UnansweredError as fault:
            raise DiagnosticError(
                error(f"Jenkins can't be asked: {fault}", "correct SSL_CERT_FILE")
            ) from None

    def running(self, job: str, parameters: Mapping[str, str]) -> Build | None:
        """Give the newest build of a job if it still runs and has these parameters."""
        found = self._asked(f"{_job_path(job)}/api/json?tree=lastBuild[number]", job)
        last = found.get("lastBuild")
        number = last.get("number") if isinstance(last, dict) else None
        if not isinstance(number, int):
            return None
        build, given = self._build(job, number)
        return build if build.building and _fits(given, parameters) else None

    def start(self, job: str, parameters: Mapping[str, str]) -> Build:
        """Start a job and wait until its build has begun; one that runs already with them is taken.

        Raises:
            DiagnosticError: Jenkins refuses it, does not answer, or drops it from its queue.
        """
        if (known := self.running(job, parameters)) is not None:
            return known
        before = self._next_number(job)
        item = self._started(job, parameters, before)
        return item if isinstance(item, Build) else self._begun(job, item)

    def follow(self, build: Build, told: Callable[[Build], None] = lambda _: None) -> Build:
        """Wait for a build's end.

        Raises:
            DiagnosticError: Jenkins does not answer for long, or the person has interrupted.
        """
        while build.building:
            self._wait(_TURN)
            build, _ = self._build(build.job, build.number)
            told(build)
        return build

    def _next_number(self, job: str) -> int:
        found = self._asked(f"{_job_path(job)}/api/json?tree=nextBuildNumber", job)
        number = found.get("nextBuildNumber")
        return number if isinstance(number, int) else 1

    def _started(self, job: str, parameters: Mapping[str, str], before: int) -> "int | Build":
        """Send the start; gives the number in the queue, or the build that was found to be ours."""
        path = f"{_job_path(job)}/{'buildWithParameters' if parameters else 'build'}"
        for turn in range(_TRIES):
            try:
                answer = self._post(path, parameters)
            except UnansweredError as fault:
                if fault.sent and (mine := self._mine(job, parameters, before)) is not None:
                    return mine
                if fault.sent or turn == _TRIES - 1:
                    raise self._lost(job, str(fault)) from None
                self._back_off(turn)
                continue
            if (item := _QUEUE_ITEM.search(urllib.parse.urlsplit(answer.location).path)) is not None:
                return int(item[1])
            if answer.status in _NOT_TAKEN and turn < _TRIES - 1:
                self._back_off(turn)
                continue
            if answer.status in _TEMPORARY:
                mine = self._mine(job, parameters, before)
                if mine is not None:
                    return mine
                raise self._lost(job, f"it answered {answer.status}")
            self._usable(answer, job)
            raise self._lost(job, f"it answered {answer.status} and named no place in its queue")
        raise self._lost(job, "it takes no start")

    def _mine(self, job: str, parameters: Mapping[str, str], before: int) -> Build | None:
        """Look for a build that began since, with what was sent: the answer was lost, the start was not."""
        self._wait(_PAUSE)
        if self._next_number(job) <= before:
            return None
        build, given = self._build(job, before)
        return build if _fits(given, parameters) else None

    def _begun(self, job: str, item: int) -> Build:
        """Wait until a place in the queue has become a build."""
        while True:
            answer = self._get(f"/queue/item/{item}/api/json")
            if answer.status == 404:  # noqa: PLR2004  HTTP's not found: Jenkins forgets places after minutes
                raise self._forgotten(job)
            found = self._usable(answer, job)
            if found.get("cancelled"):
                raise DiagnosticError(
                    error(f"Jenkins has dropped {job} from its queue", "somebody cancelled it")
                )
            executable = found.get("executable")
            number = executable.get("number") if isinstance(executable, dict) else None
            if isinstance(number, int):
                return self._build(job, number)[0]
            self._wait(_TURN)

    def _build(self, job: str, number: int) -> tuple[Build, Mapping[str, str]]:
        tree = "number,url,building,result,actions[parameters[name,value]]"
        found = self._asked(f"{_job_path(job)}/{number}/api/json?tree={tree}", job)
        building, result = found.get("building"), found.get("result")
        if not isinstance(building, bool):
            raise DiagnosticError(error(f"Jenkins does not tell whether {job} #{number} builds", _ADVICE_LOG))
        build = Build(job, number, f"{self.url}{_job_path(job)}/{number}/", building, str(result or ""))
        return build, _parameters(found)

    def _asked(self, path: str, job: str = "") -> Mapping[str, Json]:
        return self._usable(self._get(path), job)

    def _get(self, path: str) -> Answer:
        """Ask, again where the answer may be another one in a moment."""
        why = ""
        for turn in range(_TRIES):
            if turn:
                self._back_off(turn - 1)
            try:
                answer = self._transport.get(f"{self.url}{path}")
            except UnansweredError as fault:
                why = str(fault)
                continue
            if answer.status not in _TEMPORARY:
                return answer
            why = f"it answered {answer.status}"
        raise DiagnosticError(
            error(
                f"Jenkins at {self.url} does not answer: {why}", "see that it runs, then repeat this command"
            )
        )

    def _post(self, path: str, form: Mapping[str, str]) -> Answer:
        """Send a form with a crumb; one that Jenkins has forgotten is fetched anew, once."""
        answer = self._transport.post(f"{self.url}{path}", form, self._crumbs())
        if answer.status == 403 and _OLD_CRUMB.search(answer.text):  # noqa: PLR2004  HTTP's forbidden
            self._crumb = None
            answer = self._transport.post(f"{self.url}{path}", form, self._crumbs())
        return answer

    def _crumbs(self) -> Mapping[str, str]:
        """Give the header against forged forms; none where Jenkins asks for none."""
        if self._crumb is None:
            answer = self._get("/crumbIssuer/api/json")
            found = answer.document() if answer.status == 200 else {}  # noqa: PLR2004  HTTP's OK
            name, value = found.get("crumbRequestField"), found.get("crumb")
            known = isinstance(name, str) and isinstance(value, str)
            self._crumb = {str(name): str(value)} if known else {}
        return self._crumb

    def _usable(self, answer: Answer, job: str) -> Mapping[str, Json]:
        """Give the document of an answer.

        Raises:
            DiagnosticError: it is a refusal, or none of Jenkins' documents.
        """
        about = f" for {job}" if job else ""
        match answer.status:
            case 200 | 201:
                if found := answer.document():
                    return found
                summary = f"what answers at {self.url}{about} is no Jenkins: its answer is no JSON"
                raise DiagnosticError(
                    error(summary, "look at the address; a sign-in page of a proxy, perhaps")
                )
            case 401:
                raise DiagnosticError(
                    error(
                        f"Jenkins does not know '{self.credentials.user}', or the token is another's",
                        "make a token in Jenkins: the user's page, Security, API Token",
                    )
                )
            case 403:
                raise DiagnosticError(
                    error(
                        f"Jenkins refuses the user '{self.credentials.user}'{about} (403)",
                        "give it Overall/Read, Job/Read and Job/Build, in the folder of the job",
                    )
                )
            case 404:
                raise DiagnosticError(
                    error(
                        f"Jenkins has no job '{job}'",
                        "let the seed job make it, and see that the user may read it",
                    )
                )
            case status if 300 <= status < 400:  # noqa: PLR2004  HTTP's redirects
                summary = f"Jenkins at {self.url} sends us elsewhere{about}, which is not followed"
                raise DiagnosticError(error(summary, "give the address that it sends to, if it is yours"))
            case status:
                raise DiagnosticError(error(f"Jenkins answers {status}{about}", _ADVICE_LOG))

    def _lost(self, job: str, why: str) -> DiagnosticError:
        return DiagnosticError(
            error(
                f"it is not known whether Jenkins has taken the start of {job}: {why}",
                f"look at {self.url}{_job_path(job)}/; this command takes up a build that runs",
            )
        )

    def _forgotten(self, job: str) -> DiagnosticError:
        return DiagnosticError(
            error(
                f"Jenkins has taken the start of {job}, and knows its place in the queue no more",
                f"look at {self.url}{_job_path(job)}/; this command takes up a build that runs",
            )
        )

    def _back_off(self, turn: int) -> None:
        self._wait(_PAUSE * 2**turn)

    def _wait(self, seconds: float) -> None:
        if self.interrupted():
            raise DiagnosticError(
                error("interrupted; what Jenkins was asked for goes on there", "repeat to follow it")
            )
        self.pause(seconds)


def _job_path(job: str) -> str:
    return "".join(f"/job/{urllib.parse.quote(part, safe='')}" for part in job.split("/") if part)


def _parameters(found: Mapping[str, Json]) -> Mapping[str, str]:
    given: dict[str, str] = {}
    actions = found.get("actions")
    for action in actions if isinstance(actions, list) else ():
        parameters = action.get("parameters") if isinstance(action, dict) else None
        for item in parameters if isinstance(parameters, list) else ():
            if isinstance(item, dict) and isinstance(item.get("name"), str):
                given[str(item["name"])] = str(item.get("value", ""))
    return given


def _fits(given: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(given.get(name) == value for name, value in wanted.items())


def _without_user(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
