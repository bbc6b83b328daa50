"""The end of the demo: the console over its fleet, until the person interrupts."""

from collections.abc import Mapping
from contextlib import closing
from threading import Event, Thread

from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.console.server import Listening
from cellwright.console.serving import ServeRequest, Serving, opened_console
from cellwright.demo.steps import DemoPlace, DemoView
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error

_USUAL = Listening()
_ANY_PORT = Listening(port=0)
_ACTOR = Actor("demo")


def serve_until_interrupted(location: Location, view: DemoView, sandbox: Mapping[str, str]) -> None:
    """Serve the fleet's console at its usual port, or at another one if that is taken.

    Raises:
        DiagnosticError: the ledger can't be used, or the console ends at once.
    """
    try:
        _serve(location, view, sandbox, _USUAL)
    except DiagnosticError:
        _serve(location, view, sandbox, _ANY_PORT)


def _serve(location: Location, view: DemoView, sandbox: Mapping[str, str], listening: Listening) -> None:
    told: list[Serving] = []
    answers = Event()

    def ready(serving: Serving) -> None:
        told.append(serving)
        answers.set()

    request = ServeRequest(listening=listening)
    with (
        closing(FleetSession(location, notice=view.note)) as session,
        opened_console(session, _ACTOR, request, ready) as server,
    ):

        def run() -> None:
            try:
                server.run()
            finally:
                answers.set()

        thread = Thread(target=run, name="console")
        thread.start()
        try:
            answers.wait()
            if not told:
                raise DiagnosticError(
                    error("the console has ended before it answered", "start the demo again")
                )
            way_in = told[0].first_admin or ""
            address = told[0].address
            view.show_place(DemoPlace(location.fleet, sandbox, running=True, console=address, way_in=way_in))
            view.wait()
        finally:
            server.stop()
            thread.join()
