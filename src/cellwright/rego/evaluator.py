"""Evaluates Rego in a child process, which is started with the first question and ends with this process.

What a question is made of, and what starts a process, is imported with the first one: most runs ask none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.text.json_text import PLAIN

if TYPE_CHECKING:
    from cellwright.planning.policy.module import Module, ModuleReading
    from cellwright.planning.policy.trials import Trials
    from cellwright.rego.messages import EvaluationReply, EvaluationRequest, Fault, Source
    from cellwright.rego.process import Worker

TIMEOUT = 120.0
"""Seconds for one evaluation; a plan of 200 resources takes 0.05 s."""

_LONGEST_REPLY = 64 * 1024 * 1024
"""Bytes."""


@dataclass(slots=True)
class RegoProcess:
    """A child process that evaluates Rego. Any thread may use it; one evaluation runs at a time."""

    timeout: float = TIMEOUT
    environment: Mapping[str, str] | None = field(default=None, repr=False)
    """What of it Python needs is given to the process; None is this process's."""
    _worker: Worker | None = field(init=False, default=None)
    _guard: Lock = field(init=False, default_factory=Lock)
    _known: tuple[tuple[Source, ...], tuple[ModuleReading, ...]] | None = field(init=False, default=None)

    def ask(
        self, modules: Sequence[Module], queries: Sequence[str], document: Mapping[str, Any]
    ) -> tuple[Any, ...]:
        """Answer each query with `document` as input; None where it is undefined.

        Raises:
            DiagnosticError: a module can't be compiled, a query fails, or the evaluator crashes.
        """
        from cellwright.rego.messages import EvaluationRequest  # noqa: PLC0415  see above

        sources = tuple((module.path, module.source) for module in modules)
        reply = self._reply(EvaluationRequest(sources, tuple(queries), PLAIN.write(document)))
        return tuple(json.loads(answer) for answer in reply.answers)

    def read(self, modules: Sequence[Module]) -> tuple[ModuleReading, ...]:
        """Compile the modules, and tell of each which rules and tests it has.

        Raises:
            DiagnosticError: they can't be evaluated; with all faults that were found.
        """
        sources = tuple((module.path, module.source) for module in modules)
        if self._known is None or self._known[0] != sources:
            from cellwright.rego.messages import EvaluationRequest  # noqa: PLC0415  see above

            reply = self._reply(EvaluationRequest(sources, (), "{}"))
            misnamed = [
                _misnamed(module, reading)
                for module, reading in zip(modules, reply.readings, strict=True)
                if module.package != reading.package
            ]
            if misnamed:
                raise DiagnosticError(*misnamed)
            self._known = sources, reply.readings
        return self._known[1]

    def try_out(self, modules: Sequence[Module], wanted: Sequence[str]) -> Trials:
        """Run the tests in the wanted files, and see which of these files' rules find something in them.

        Raises:
            DiagnosticError: they can't be evaluated; with all faults that were found.
        """
        from cellwright.rego.messages import EvaluationRequest  # noqa: PLC0415  see above

        sources = tuple((module.path, module.source) for module in modules)
        return self._reply(EvaluationRequest(sources, (), "{}", tuple(wanted))).trials

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
        reply = self._answer(question)
        if reply.faults:
            raise DiagnosticError(*map(_diagnostic, reply.faults))
        return reply

    def _answer(self, question: EvaluationRequest) -> EvaluationReply:
        from cellwright.rego.messages import EvaluationReply, from_bytes, to_bytes  # noqa: PLC0415  see above

        with self._guard:
            try:
                connection = self._started().connection
                connection.send_bytes(to_bytes(question))
                if connection.poll(self.timeout):
                    return from_bytes(EvaluationReply, connection.recv_bytes(_LONGEST_REPLY))
                fault = f"it took longer than {self.timeout:g} s"
            except (OSError, EOFError):
                fault = "the evaluator crashed"
            except ValueError:
                fault = "the evaluator answered what is no answer"
            self._discard()
        raise DiagnosticError(error(f"the policies can't be evaluated: {fault}", _ADVICE))

    def _started(self) -> Worker:
        from cellwright.rego.process import start_worker  # noqa: PLC0415  see above

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


def _diagnostic(fault: Fault) -> Diagnostic:
    place = Position(fault.path, fault.line or 1, fault.column or 1) if fault.path else None
    return error(f"a policy can't be evaluated: {fault.text}", _ADVICE, place)


def _misnamed(module: Module, reading: ModuleReading) -> Diagnostic:
    detail = "write `package NAME` on a line of its own, and above the rules"
    return error(
        f"the policy's package is {reading.package}, not {module.package}", detail, Position(module.path)
    )


_ADVICE = "nothing is applied without its policies; correct them, then run: cellwright policy test"
