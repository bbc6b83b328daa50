"""Evaluates Rego in a child process, which is started with the first question and ends with this process."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from types import TracebackType
from typing import Any, Self

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.json_text import PLAIN
from cellwright.model.position import Position
from cellwright.planning.policy.module import Module
from cellwright.rego.messages import EvaluationReply, EvaluationRequest
from cellwright.rego.process import Worker, start_worker

TIMEOUT = 120.0
"""Seconds for one evaluation; a plan of 200 resources takes 0.05 s."""


@dataclass(slots=True)
class RegoProcess:
    """A child process that evaluates Rego. Any thread may use it; one evaluation runs at a time."""

    timeout: float = TIMEOUT
    environment: Mapping[str, str] | None = field(default=None, repr=False)
    """What of it Python needs is given to the process; None is this process's."""
    _worker: Worker | None = field(init=False, default=None)
    _guard: Lock = field(init=False, default_factory=Lock)

    def ask(
        self, modules: Sequence[Module], queries: Sequence[str], document: Mapping[str, Any]
    ) -> tuple[Any, ...]:
        """Answer each query with `document` as input; None where it is undefined.

        Raises:
            DiagnosticError: a module can't be compiled, a query fails, or the evaluator crashes.
        """
        sources = tuple((module.path, module.source) for module in modules)
        reply = self._reply(EvaluationRequest(sources, tuple(queries), PLAIN.write(document)))
        if reply.fault:
            place = Position(reply.path, reply.line) if reply.path else None
            raise DiagnosticError(error(f"a policy can't be evaluated: {reply.fault}", _ADVICE, place))
        return tuple(json.loads(answer) for answer in reply.answers)

    def close(self) -> None:
        """Stop the process."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _reply(self, question: EvaluationRequest) -> EvaluationReply:
        with self._guard:
            try:
                connection = self._started().connection
                connection.send(question)
                if connection.poll(self.timeout):
                    reply: EvaluationReply = connection.recv()
                    return reply
                fault = f"it took longer than {self.timeout:g} s"
            except (OSError, EOFError):
                fault = "the evaluator crashed"
            self._discard()
        raise DiagnosticError(error(f"the policies can't be evaluated: {fault}", _ADVICE))

    def _started(self) -> Worker:
        if self._worker is None:
            # A program of its own, not a fork: a fork of a process with threads may hang. It has the only
            # other end of the connection, so it ends when this process ends, in whatever way.
            self._worker = start_worker(self.environment)
        return self._worker

    def _discard(self) -> None:
        """Kill a process that hangs or has crashed; the next evaluation starts another."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()


_ADVICE = "nothing is applied without its policies; correct them, then run: cellwright policy test"
