"""A stand-in for Jenkins' REST interface: jobs in folders, a queue, builds, crumbs, bad answers.

Clients that others wrote are its judges (tests/contract/jenkins).
"""

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

USER, TOKEN = "bootstrap", "11aa22bb"
Work = Callable[[Mapping[str, str]], str]
"""What a build does: takes its parameters, gives its result."""


@dataclass
class DoubleBuild:
    number: int
    parameters: Mapping[str, str]
    user: str
    result: str | None = None
    log: str = ""


@dataclass
class DoubleJob:
    """A job and its builds."""

    name: str
    work: Work = lambda _parameters: "SUCCESS"
    builds: list[DoubleBuild] = field(default_factory=list)


@dataclass
class JenkinsDouble:
    """The server's content, and what is to go wrong."""

    url: str = ""
    jobs: dict[str, DoubleJob] = field(default_factory=dict)
    queue: dict[int, tuple[str, int | None, bool]] = field(default_factory=dict)
    """Place: the job, the number of its build once it has begun, whether it was cancelled."""
    crumbs: bool = True
    crumb: str = "crumb-1"
    faults: list[tuple[str, str, object]] = field(default_factory=list)
    """Method, part of the path, and what happens once: a status, `drop` (no answer), `lost` (taken)."""
    requests: list[tuple[str, str]] = field(default_factory=list)
    guard: threading.RLock = field(default_factory=threading.RLock)
    threads: list[threading.Thread] = field(default_factory=list)

    def job(self, name: str, work: Work | None = None) -> DoubleJob:
        made = self.jobs[name] = DoubleJob(name, work) if work else DoubleJob(name)
        return made

    def fault(self, method: str, path: str) -> object:
        for item in self.faults:
            if item[0] == method and item[1] in path:
                self.faults.remove(item)
                return item[2]
        return None

    def start(self, job: DoubleJob, parameters: Mapping[str, str], user: str) -> int:
        """Put a build into the queue and begin it."""
        with self.guard:
            place = len(self.queue) + 1
            build = DoubleBuild(len(job.builds) + 1, parameters, user)
            job.builds.append(build)
            self.queue[place] = (job.name, build.number, False)

        def work() -> None:
            build.result = job.work(parameters)

        thread = threading.Thread(target=work, daemon=True)
        self.threads.append(thread)
        thread.start()
        return place


@contextmanager
def jenkins_double() -> Iterator[JenkinsDouble]:
    """Run one while the block lasts."""
    double = JenkinsDouble()

    class Handler(_Handler):
        content = double

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    double.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        for item in double.threads:
            item.join(60)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    content: JenkinsDouble

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer(200, b"")

    def do_GET(self) -> None:
        self._handle("GET", {})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        form = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
        self._handle("POST", {key: values[-1] for key, values in form.items()})

    def _handle(self, method: str, form: Mapping[str, str]) -> None:
        parts = urlsplit(self.path)
        self.content.requests.append((method, parts.path))
        fault = self.content.fault(method, parts.path)
        if fault == "drop":
            self.close_connection = True
            return
        if isinstance(fault, int):
            self._answer(fault, b"<html>trouble</html>", "text/html")
            return
        if isinstance(fault, bytes):
            self._answer(200, fault, "text/html")
            return
        if not self._known():
            self._answer(401, b"<html>who are you</html>", "text/html")
            return
        steps = [step for step in parts.path.split("/") if step]
        if method == "GET":
            self._read(steps)
            return
        query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self._write(steps, {**query, **form}, lost=fault == "lost")

    def _known(self) -> bool:
        given = (self.headers.get("Authorization") or "").removeprefix("Basic ")
        return base64.b64decode(given).decode() == f"{USER}:{TOKEN}" if given else False

    def _read(self, steps: list[str]) -> None:
        content = self.content
        if not steps:
            self._answer(200, b"<html>Jenkins</html>")
        elif steps == ["crumbIssuer", "api", "json"]:
            if not content.crumbs:
                self._answer(404, b"", "text/html")
                return
            self._json(
                {
                    "_class": "hudson.security.csrf.DefaultCrumbIssuer",
                    "crumb": content.crumb,
                    "crumbRequestField": "Jenkins-Crumb",
                }
            )
        elif steps == ["api", "json"]:
            tops = sorted({name.partition("/")[0] for name in content.jobs})
            jobs = [self._described(name, top=True) for name in tops]
            self._json(
                {
                    "_class": "hudson.model.Hudson",
                    "mode": "NORMAL",
                    "nodeDescription": "",
                    "jobs": jobs,
                    "url": content.url,
                }
            )
        elif steps[:2] == ["queue", "item"] and steps[2].isdigit():
            self._queue_item(int(steps[2]))
        elif steps and steps[0] == "job":
            self._job(steps)
        else:
            self._answer(404, b"", "text/html")

    def _described(self, name: str, *, top: bool = False) -> dict[str, Any]:
        kind = "com.cloudbees.hudson.plugins.folder.Folder" if top and name not in self.content.jobs else _JOB
        path = "".join(f"/job/{part}" for part in name.split("/"))
        return {
            "_class": kind,
            "name": name.rpartition("/")[2],
            "fullName": name,
            "url": f"{self.content.url}{path}/",
        }

    def _queue_item(self, place: int) -> None:
        found = self.content.queue.get(place)
        if found is None:
            self._answer(404, b"", "text/html")
            return
        name, number, cancelled = found
        told: dict[str, Any] = {
            "_class": "hudson.model.Queue$LeftItem",
            "id": place,
            "why": None,
            "cancelled": cancelled,
            "url": f"queue/item/{place}/",
            "task": self._described(name),
        }
        if number is not None:
            told["executable"] = {
                "_class": _BUILD,
                "number": number,
                "url": f"{self._described(name)['url']}{number}/",
            }
        self._json(told)

    def _job(self, steps: list[str]) -> None:
        parts, rest = _split(steps)
        job = self.content.jobs.get("/".join(parts))
        if job is None:
            below = {name for name in self.content.jobs if name.startswith("/".join(parts) + "/")}
            if below and rest == ["api", "json"]:
                self._json(
                    {
                        **self._described("/".join(parts), top=True),
                        "jobs": [self._described(n) for n in sorted(below)],
                    }
                )
            else:
                self._answer(404, b"", "text/html")
            return
        if rest == ["api", "json"]:
            builds = [
                {
                    "_class": _BUILD,
                    "number": item.number,
                    "displayName": f"#{item.number}",
                    "url": f"{self._described(job.name)['url']}{item.number}/",
                }
                for item in reversed(job.builds)
            ]
            self._json(
                {
                    **self._described(job.name),
                    "buildable": True,
                    "inQueue": False,
                    "builds": builds,
                    "lastBuild": builds[0] if builds else None,
                    "nextBuildNumber": len(job.builds) + 1,
                }
            )
            return
        number = rest[0] if rest else ""
        if number == "lastBuild" and job.builds:
            number = str(len(job.builds))
        if not number.isdigit() or not 0 < int(number) <= len(job.builds):
            self._answer(404, b"", "text/html")
            return
        self._one_build(job, job.builds[int(number) - 1], rest[1:])

    def _one_build(self, job: DoubleJob, build: DoubleBuild, rest: list[str]) -> None:
        if rest in (["consoleText"], ["logText", "progressiveText"]):
            self._answer(200, build.log.encode(), "text/plain")
            return
        given = [
            {"_class": "hudson.model.StringParameterValue", "name": name, "value": value}
            for name, value in build.parameters.items()
        ]
        cause = {
            "_class": "hudson.model.Cause$UserIdCause",
            "userId": build.user,
            "userName": build.user,
            "shortDescription": f"Started by user {build.user}",
        }
        self._json(
            {
                "_class": _BUILD,
                "number": build.number,
                "building": build.result is None,
                "result": build.result,
                "url": f"{self._described(job.name)['url']}{build.number}/",
                "duration": 1,
                "timestamp": 1,
                "actions": [
                    {"_class": "hudson.model.CauseAction", "causes": [cause]},
                    {"_class": "hudson.model.ParametersAction", "parameters": given},
                ],
            }
        )

    def _write(self, steps: list[str], form: Mapping[str, str], *, lost: bool) -> None:
        content = self.content
        if content.crumbs and self.headers.get("Jenkins-Crumb") != content.crumb:
            self._answer(403, b"<html>No valid crumb was included in the request</html>", "text/html")
            return
        parts, rest = _split(steps)
        job = content.jobs.get("/".join(parts))
        if job is None or rest[:1] not in (["build"], ["buildWithParameters"]):
            self._answer(404, b"", "text/html")
            return
        place = content.start(job, {key: value for key, value in form.items() if key not in _CONTROL}, USER)
        if lost:
            self.close_connection = True
            return
        self._answer(201, b"", "text/html", {"Location": f"{content.url}/queue/item/{place}/"})

    def _json(self, document: object) -> None:
        self._answer(200, json.dumps(document).encode(), "application/json;charset=utf-8")

    def _answer(
        self, status: int, body: bytes, kind: str = "text/html", headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("X-Jenkins", "2.504.3")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


_JOB = "org.jenkinsci.plugins.workflow.job.WorkflowJob"
_BUILD = "org.jenkinsci.plugins.workflow.job.WorkflowRun"
_CONTROL = frozenset({"delay", "token", "json", "Submit"})


def _split(steps: list[str]) -> tuple[list[str], list[str]]:
    parts: list[str] = []
    while len(steps) > 1 and steps[0] == "job":
        parts.append(steps[1])
        steps = steps[2:]
    return parts, steps
