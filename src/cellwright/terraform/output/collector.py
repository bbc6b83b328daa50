"""Processes the output of one command: reports and logs it, and collects its result."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cellwright.model.address import UnitAddress
from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.runs.plan import ResourceCounts
from cellwright.model.runs.progress import ProgramSaid, Reporter, ResourceProgress
from cellwright.terraform.output.json_lines import (
    BinaryLine,
    Completed,
    DiagnosticLine,
    Message,
    Namer,
    OutputLine,
    PlannedChange,
    ResourceStep,
    parse_line,
)
from cellwright.terraform.output.redaction import Redactor
from cellwright.terraform.output.unit_log import UnitLogWriter
from cellwright.terraform.output.withheld import WithheldVariables

_IDLE = frozenset(("version", "log"))
"""Types of messages that don't tell of work on a resource."""
_DRIFT = "resource_drift"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(slots=True)
class OutputCollector:
    """Receives a command's lines (a `process.LineListener`)."""

    unit: UnitAddress
    reporter: Reporter
    log: UnitLogWriter
    redact: Redactor
    name_of: Namer = str
    withheld: WithheldVariables = field(default_factory=WithheldVariables)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """Redacted, in Terraform's order."""
    messages: list[str] = field(default_factory=list)
    """All other messages."""
    replacing: set[str] = field(default_factory=set)
    """Resources that the plan replaces."""
    begun: bool = False
    """Whether work on a resource has begun, or a line may tell so."""
    forgetting: set[str] = field(default_factory=set)
    """Resources that the plan forgets."""
    completed: bool = False
    """Everything was done; of a resource that is forgotten nothing else is said."""
    done: list[tuple[str, str]] = field(default_factory=list)
    """Resource and action (`create`, `update`, `delete`) of every completed step."""

    drifted: bool = False
    """Whether a real resource was found otherwise than the state has it."""
    binary: BinaryVersion | None = None
    """What the command says that it is; None as long as it has not."""

    def __call__(self, lines: Sequence[str]) -> None:
        """Process lines as they come."""
        found = [line for text in lines if (line := parse_line(text, self.name_of)) is not None]
        self.log.write([text for line in found if (text := self._take(line))])

    @property
    def made(self) -> tuple[str, ...]:
        """The resources that were created so far."""
        return tuple(dict.fromkeys(resource for resource, action in self.done if action == "create"))

    def counts(self) -> ResourceCounts:
        """Count what was done so far; a replacement counts once, when both its halves are done."""
        created = {resource for resource, action in self.done if action == "create"}
        deleted = {resource for resource, action in self.done if action == "delete"}
        replaced = self.replacing & created & deleted
        return ResourceCounts(
            add=len(created - replaced),
            change=sum(action == "update" for _, action in self.done),
            destroy=len(deleted - replaced),
            replace=len(replaced),
            forget=len(self.forgetting) if self.completed else 0,
        )

    def _take(self, line: OutputLine) -> str:
        match line:
            case ResourceStep():
                self.begun = True
                self._step(line)
            case PlannedChange(_, resource, "replace"):
                self.replacing.add(resource)
            case PlannedChange(_, resource, "remove" | "noop"):
                self.forgetting.add(resource)
            case Completed():
                self.begun = self.completed = True
            case DiagnosticLine():
                found = self.withheld.complete(redacted(line.diagnostic, self.redact), line.subject)
                self.diagnostics.append(found)
                return str(found)
            case Message(text, kind):
                self.begun |= kind not in _IDLE
                self.drifted |= kind == _DRIFT
                self.messages.append(text)
                self._say(text)
            case BinaryLine(_, binary):
                self.binary = binary
                self._say(line.text)
            case PlannedChange():
                pass
        return without_colour(line.text)

    def _say(self, text: str) -> None:
        line = without_colour(text).strip().partition("\n")[0]
        if line:
            self.reporter.report(ProgramSaid(self.unit, self.redact(line)))

    def _step(self, step: ResourceStep) -> None:
        if step.state == "done" and step.action != "refresh":
            self.done.append((step.resource, step.action))
        self.reporter.report(
            ResourceProgress(self.unit, step.resource, step.action, step.state, step.seconds)
        )


def without_colour(text: str) -> str:
    """Remove what a terminal would show as colours."""
    return _COLOUR.sub("", text)


def redacted(item: Diagnostic, redact: Redactor) -> Diagnostic:
    """Mask secrets in a diagnostic: providers like to quote what they were given."""
    return replace(item, summary=redact(item.summary), detail=redact(item.detail))
