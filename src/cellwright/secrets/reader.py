"""Reads secrets for one use case. Each is read once, stays in memory, and is gone with the reader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.settings.secret_settings import SecretSettings
from cellwright.model.text.suggestion import advice
from cellwright.model.value import Json, SecretReference
from cellwright.secrets.content import value_of
from cellwright.secrets.source import Content, SecretFault, SecretSource


def _never(_settings: SecretSettings) -> SecretSource:
    raise TypeError("no source is declared, so none is opened")


@dataclass(slots=True)
class SecretReader:
    """Gives secrets by reference, to any thread."""

    declared: Mapping[str, SecretSettings] = field(default_factory=dict)
    open: Callable[[SecretSettings], SecretSource] = field(default=_never, repr=False)
    _sources: dict[str, "_Source"] = field(init=False, repr=False, default_factory=dict)
    _guard: Lock = field(init=False, repr=False, default_factory=Lock)

    def value(self, reference: SecretReference, position: Position | None = None) -> Json:
        """Give a secret; `position` is where it is referred to.

        Raises:
            DiagnosticError: it can't be had, or is nothing that Terraform could be given.
        """
        try:
            return value_of(self._content(reference), reference.field)
        except SecretFault as fault:
            raise DiagnosticError(
                error(f"{reference} can't be read: {fault.why}", fault.advice, position)
            ) from None

    def _content(self, reference: SecretReference) -> Content:
        settings = self.declared.get(reference.source)
        if settings is None:
            known = advice(reference.source, self.declared)
            raise SecretFault(
                f"fleet.yaml declares no source of secrets '{reference.source}'",
                known or "declare it, below `secrets`",
            )
        with self._guard:
            source = self._sources.setdefault(settings.name, _Source())
        return source.read(reference.name, lambda: self.open(settings))


class _Answer:
    """What a source has answered for one name."""

    __slots__ = ("found", "reading")

    def __init__(self) -> None:
        self.reading = Lock()
        self.found: Content | SecretFault | None = None


class _Source:
    """A source with its answers. Each name is asked for once; different ones at the same time."""

    __slots__ = ("answers", "fault", "guard", "opened", "opening")

    def __init__(self) -> None:
        self.guard = Lock()
        self.opening = Lock()
        self.opened: SecretSource | None = None
        self.fault: SecretFault | None = None
        """Why it can't be used at all."""
        self.answers: dict[str, _Answer] = {}

    def read(self, name: str, open_: Callable[[], SecretSource]) -> Content:
        with self.guard:
            answer = self.answers.setdefault(name, _Answer())
        with answer.reading:
            if answer.found is None:
                answer.found = self.fault or self._ask(name, open_)
        if isinstance(answer.found, SecretFault):
            raise SecretFault(answer.found.why, answer.found.advice)
        return answer.found

    def _ask(self, name: str, open_: Callable[[], SecretSource]) -> Content | SecretFault:
        try:
            with self.opening:
                if self.opened is None:
                    self.opened = open_()
            return self.opened.read(name)
        except SecretFault as fault:
            if fault.down:
                self.fault = fault
            return fault
