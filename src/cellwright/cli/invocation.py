"""One invocation of the command line: which fleet, who acts, and where answers go."""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.cli.late_interrupts import ignore_interrupts
from cellwright.cli.options import CommonOptions
from cellwright.cli.screen.screen import Screen, standard_error, standard_output
from cellwright.model.text.search_path import without_current_folder

if TYPE_CHECKING:
    from cellwright.api.document import Document
    from cellwright.app.session.location import Location
    from cellwright.app.session.session import FleetSession
    from cellwright.model.actor import Actor
    from cellwright.remote.client import ApiClient

P = ParamSpec("P")
R = TypeVar("R")

SERVER_VARIABLE = "CELLWRIGHT_SERVER"
REPOSITORY_VARIABLE = "CELLWRIGHT_REPOSITORY"
"""The fleet's git repository, on a machine that has no clone of it: commands keep one of their own."""
BRANCH_VARIABLE = "CELLWRIGHT_BRANCH"
PATH_VARIABLE = "CELLWRIGHT_PATH"
_AT_ONCE = 200
"""How many parts of a view are printed in one call: each call takes time of its own."""


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """Handed to every command; to be closed after it."""

    chosen: CommonOptions
    environment: Mapping[str, str]
    output: Screen
    """For results."""
    error: Screen
    """For progress, questions and diagnostics."""

    @classmethod
    def of(cls, chosen: CommonOptions, environment: Mapping[str, str] = os.environ) -> "Invocation":
        """Take what was chosen together with the environment of the process."""
        return cls(
            chosen=chosen,
            environment=without_current_folder(environment),
            output=standard_output(environment),
            error=standard_error(environment),
        )

    @property
    def json(self) -> bool:
        """Tell whether JSON was asked for."""
        return self.chosen.json

    @property
    def relay(self) -> bool | None:
        """False if the relay was switched off."""
        return False if self.chosen.no_relay else None

    @cached_property
    def server(self) -> "ApiClient | None":
        """The server that answers in place of a fleet's folder; None where none was chosen.

        Raises:
            DiagnosticError: its address or the token for it can't be used.
        """
        chosen = self.chosen.server or self._named_server()
        if not chosen:
            return None
        # Imported when a server is asked: few commands ask one.
        from cellwright.app.session.actor.build_token import find_build_token  # noqa: PLC0415
        from cellwright.remote.client import ApiClient  # noqa: PLC0415
        from cellwright.remote.credentials import find_acts_for, find_token  # noqa: PLC0415

        return ApiClient(
            chosen,
            find_token(self.environment),
            self.environment,
            acts_for=find_acts_for(self.environment),
            build=lambda: find_build_token(self.environment),
        )

    def _named_server(self) -> str | None:
        # Who names a fleet means that one.
        named = self.chosen.fleet or self.chosen.ledger
        return None if named else self.environment.get(SERVER_VARIABLE)

    def look(
        self, use_case: "Callable[Concatenate[FleetSession, P], R]", *given: P.args, **named: P.kwargs
    ) -> R:
        """Run a use case that only looks, on the fleet or on the server.

        Raises:
            DiagnosticError: the use case's own; or the server can't answer it.
        """
        if self.server is None:
            return use_case(self.fleet, *given, **named)
        from cellwright.remote.server import ask  # noqa: PLC0415  as above

        return ask(self.server, use_case, *given, **named)

    def act(
        self, use_case: "Callable[Concatenate[FleetSession, Actor, P], R]", *given: P.args, **named: P.kwargs
    ) -> R:
        """Run a use case in the name of who acts, on the fleet or on the server, which knows its own name.

        Raises:
            DiagnosticError: as `look`.
        """
        if self.server is None:
            return use_case(self.fleet, self.actor, *given, **named)
        from cellwright.remote.server import ask  # noqa: PLC0415  as above

        return ask(self.server, use_case, *given, **named)

    @cached_property
    def fleet(self) -> "FleetSession":
        """The fleet in the folder that was chosen, or in the current one or above.

        Raises:
            DiagnosticError: there is none, or a server was chosen, which can't answer this.
        """
        if self.server is not None:
            from cellwright.remote.server import no_folder  # noqa: PLC0415  as above

            raise no_folder()
        if self._repository and self.chosen.fleet is None:
            return self._in_own_clone(self._repository)
        # Imported when there is a fleet to open: it takes longer than an answer that needs none.
        from cellwright.app.session.session import FleetSession  # noqa: PLC0415

        session = FleetSession(self.location(), notice=self.note)
        self._show_excerpts(session)
        return session

    def _show_excerpts(self, session: "FleetSession") -> None:
        """Let terminals show the lines that findings speak of."""
        screens = [screen for screen in (self.output, self.error) if screen.is_terminal]
        if not screens or self.json:
            return
        from cellwright.app.fleet.excerpt import Excerpts  # noqa: PLC0415  for a person at a terminal

        excerpts = Excerpts(session).line
        for screen in screens:
            screen.excerpts = excerpts

    @property
    def _repository(self) -> str:
        return self.environment.get(REPOSITORY_VARIABLE, "").strip()

    def _in_own_clone(self, url: str) -> "FleetSession":
        """Open the fleet in a clone of its own, from which each commit is pushed before it counts."""
        from cellwright.app.session.repository.serving import RepositoryAddress, serving  # noqa: PLC0415

        branch = self.environment.get(BRANCH_VARIABLE, "").strip() or None
        path = self.environment.get(PATH_VARIABLE, "").strip()
        repository = RepositoryAddress(url=url, branch=branch, path=path)
        return self._opened.enter_context(serving(self.location(), repository, self.note))

    @cached_property
    def _opened(self) -> ExitStack:
        return ExitStack()

    def refuse_server(self) -> None:
        """Refuse `--server` for a command that works on this machine, whatever fleet there is.

        Raises:
            DiagnosticError: it was given.
        """
        if self.chosen.server:
            from cellwright.remote.server import no_folder  # noqa: PLC0415  as above

            raise no_folder()

    def needs_folder(self, why: str, instead: str = "") -> None:
        """Refuse a server for a command that works with the fleet's folder itself.

        Raises:
            DiagnosticError: one was chosen; it says why that can't be, and what a server does instead.
        """
        if self.server is not None:
            from cellwright.remote.server import no_folder  # noqa: PLC0415  as above

            raise no_folder(why, instead)

    def location(self) -> "Location":
        """Tell where the fleet is to be looked for, whether there is one or not."""
        from cellwright.app.session.location import Location  # noqa: PLC0415  as `fleet`

        return Location(
            fleet=self.chosen.fleet or Path.cwd(),
            ledger=self.chosen.ledger,
            relay=self.relay,
            environment=self.environment,
        )

    @cached_property
    def actor(self) -> "Actor":
        """Who acts in the fleet.

        Raises:
            DiagnosticError: there is no fleet.
        """
        from cellwright.app.session.actor.identity import identify  # noqa: PLC0415  it starts git

        return identify(self.fleet.root, self.environment, self.fleet.builds())

    def close(self) -> None:
        """Close the fleet, if it was opened."""
        if "fleet" in self.__dict__:
            self.fleet.close()
        if "_opened" in self.__dict__:
            self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        # An interrupt while the ledger is closed would be a traceback, and a second answer after the first.
        ignore_interrupts()
        self.close()

    def note(self, text: str) -> None:
        """Tell the person what goes on before a command has anything to show."""
        self.error.show(Text(text))

    def log(self, line: str) -> None:
        """Write a line for programs on standard error, as it is."""
        self.error.stream.write(f"{line}\n")
        self.error.stream.flush()

    def answer(self, human: Callable[[], RenderableType], document: "Callable[[], Document]") -> None:
        """Print a result: JSON if that was asked for, else the view for people. Only one is made."""
        if self.json:
            self._print(document())
        else:
            self.output.show(human())

    def _print(self, document: "Document") -> None:
        from cellwright.cli.screen.json_output import print_document  # noqa: PLC0415  for who asks for JSON

        print_document(document)

    def answer_in_markdown(self, written: Callable[[], str]) -> None:
        """Print Markdown, no line of it wrapped."""
        self.output.show(Text(written(), no_wrap=True, overflow="ignore"))

    def answer_in_parts(
        self, human: Callable[[], Iterable[RenderableType]], document: "Callable[[], Document]"
    ) -> None:
        """As `answer`; a view of many parts is shown as they come, so that a long one needs no memory."""
        if self.json:
            self._print(document())
            return
        parts = iter(human())
        while some := tuple(islice(parts, _AT_ONCE)):
            self.output.show(Group(*some))
