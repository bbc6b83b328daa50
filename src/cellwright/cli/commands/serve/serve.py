"""Serve the fleet's console and API to browsers and programs.

Panel: Serve 410
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser.command import CommonArguments, command

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation
    from cellwright.console.serving import ServeRequest, Serving


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeArguments(CommonArguments):
    """The arguments of `serve`."""

    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="The port; 0 takes a free one.")
    ] = 8080
    host: Annotated[
        str,
        typer.Option(
            "--host", metavar="ADDRESS", help="The address to listen on: this machine alone by default."
        ),
    ] = "127.0.0.1"
    proxies: Annotated[
        list[str] | None,
        typer.Option(
            "--proxy",
            metavar="ADDRESS",
            help="A proxy in front, whose word on a visitor's address counts; may be given again.",
        ),
    ] = None
    password_link: Annotated[
        str,
        typer.Option(
            "--password-link",
            metavar="NAME",
            help="Print a link with which this person sets a new password, for an hour, once.",
        ),
    ] = ""
    without_workers: Annotated[
        bool,
        typer.Option("--without-workers", help="Carry out no run here: `cellwright worker` does, elsewhere."),
    ] = False
    repository: Annotated[
        str | None,
        typer.Option(
            "--repository",
            metavar="URL",
            help="Work in an own clone of this git repository, and push what people change.",
            show_default=False,
        ),
    ] = None
    branch: Annotated[
        str | None,
        typer.Option(
            "--branch", metavar="BRANCH", help="Its branch; else its default one.", show_default=False
        ),
    ] = None
    path: Annotated[
        str,
        typer.Option(
            "--path", metavar="FOLDER", help="The fleet's folder in that repository.", show_default=False
        ),
    ] = ""
    log_requests: Annotated[
        bool, typer.Option("--log-requests", help="Log each request on standard error, as a line of JSON.")
    ] = False
    open_metrics: Annotated[
        bool,
        typer.Option("--open-metrics", help="Give /metrics to anybody, not only to whoever has a token."),
    ] = False


@command(ServeArguments)
def serve(invocation: Invocation, arguments: ServeArguments) -> int:
    """Serve the console to browsers and the API to programs, until Ctrl-C.

    Runs that are started there are carried out here, unless workers do it.
    """
    from cellwright.cli.interaction.interrupts import SignalInterrupts
    from cellwright.cli.interaction.library_logs import keep_libraries_quiet
    from cellwright.cli.server_process import server_process, settle
    from cellwright.console.server import Listening
    from cellwright.console.services import not_logged
    from cellwright.console.serving import ServeRequest

    invocation.refuse_server()
    keep_libraries_quiet()
    with server_process(), SignalInterrupts(announce=lambda _level: None).listening() as signals:
        request = ServeRequest(
            listening=Listening(
                host=arguments.host, port=arguments.port, proxies=tuple(arguments.proxies or ())
            ),
            told_to_end=lambda: signals.requested() > 0,
            without_workers=arguments.without_workers,
            open_metrics=arguments.open_metrics,
            log=invocation.log if arguments.log_requests else not_logged,
            loaded=settle,
            password_link=arguments.password_link,
        )
        _serve(invocation, arguments, request)
    return exit_codes.DONE


def _serve(invocation: Invocation, arguments: ServeArguments, request: ServeRequest) -> None:
    from cellwright.app.session.actor.identity import identify
    from cellwright.app.session.repository.checkout import opener_at
    from cellwright.app.session.repository.serving import RepositoryAddress, serving
    from cellwright.cli.views.serve import serving as view
    from cellwright.console.serving import serve_console

    def tell(found: Serving) -> None:
        invocation.answer(
            lambda: view.serving(found),
            lambda: {
                "address": found.address,
                "first_admin": found.first_admin,
                "password_link": found.password_link,
            },
        )

    if arguments.repository is None:
        session = invocation.fleet
        serve_console(session, identify(session.root, invocation.environment), request, tell)
        return
    own = RepositoryAddress(url=arguments.repository, branch=arguments.branch, path=arguments.path)
    with serving(invocation.location(), own, invocation.note) as session:
        request = replace(request, opener=opener_at(own, invocation.location(), session))
        serve_console(session, identify(session.root, session.environment), request, tell)
