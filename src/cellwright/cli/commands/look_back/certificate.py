"""Certify the destruction of a client.

Panel: Look back 345
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli import exit_codes
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments, command, group

if TYPE_CHECKING:
    from cellwright.app.certificates.issuing import Issued
    from cellwright.cli.invocation import Invocation

NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="The client's name.", autocompletion=completion.clients)
]
FolderOption = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="DIR",
        help="Write the document, its PDF and a signature of each into this folder.",
        show_default=False,
    ),
]


@group(CommonArguments)
def certificate(invocation: Invocation, _arguments: CommonArguments) -> int:
    """Certificates of destruction of clients that were offboarded; alone, it lists them."""
    return _list(invocation)


@command(CommonArguments, of=certificate, name="list")
def list_certificates(invocation: Invocation, _arguments: CommonArguments) -> int:
    """List the clients that were offboarded, each with its newest certificate and what is open."""
    return _list(invocation)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueArguments(CommonArguments):
    """The arguments of `certificate issue`."""

    name: NameArgument
    output: FolderOption = None


@command(IssueArguments, of=certificate)
def issue(invocation: Invocation, arguments: IssueArguments) -> int:
    """Issue the certificate of a client that was offboarded; the newest one again if nothing has changed.

    It is interim while something waits for a date, was not looked for, or nobody has validated the outcome.
    """
    from cellwright.app.certificates import issuing as use_case

    _refuse_files(invocation, arguments.output)
    found = invocation.act(use_case.issue, arguments.name)
    return _answer(invocation, found, arguments.output)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateArguments(CommonArguments):
    """The arguments of `certificate validate`."""

    name: NameArgument
    findings: Annotated[
        str,
        typer.Option("--findings", metavar="TEXT", help="What you have looked at, and what you found there."),
    ]
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            metavar="WHAT",
            help="A resource or residual that has no date, or could not be looked up, and is gone as you "
            "have found; named as in the certificate; may be repeated.",
            show_default=False,
        ),
    ] = None
    output: FolderOption = None


@command(ValidateArguments, of=certificate)
def validate(invocation: Invocation, arguments: ValidateArguments) -> int:
    """Judge the outcome of a destruction that you have not asked for, approved or carried out.

    Read the newest certificate first. The one that has your validation is issued at once.
    """
    from cellwright.app.certificates import validating as use_case

    _refuse_files(invocation, arguments.output)
    request = use_case.ValidationRequest(
        name=arguments.name, findings=arguments.findings, settled=tuple(arguments.over or ())
    )
    return _answer(invocation, invocation.act(use_case.validate, request), arguments.output)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyArguments(CommonArguments):
    """The arguments of `certificate verify`."""

    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A certificate's JSON or PDF, its signature FILE.asc beside it."),
    ]


@command(VerifyArguments, of=certificate)
def verify(invocation: Invocation, arguments: VerifyArguments) -> int:
    """Check who signed a certificate, that the ledger has it, and that the audit trail goes on from it."""
    from cellwright.api.records import certificates as document
    from cellwright.app.certificates import verifying as use_case
    from cellwright.cli.views.look_back import certificates as view

    found = use_case.verify(invocation.fleet, arguments.file)
    invocation.answer(lambda: view.checked(found), lambda: document.checked(found))
    return exit_codes.FINDINGS if found.faults else exit_codes.DONE


def _list(invocation: Invocation) -> int:
    from cellwright.api.records import certificates as document
    from cellwright.app.certificates import listing as use_case
    from cellwright.cli.views.look_back import certificates as view

    found = invocation.look(use_case.listing)
    invocation.answer(lambda: view.listing(found), lambda: document.listing(found))
    return exit_codes.DONE


def _answer(invocation: Invocation, found: Issued, folder: Path | None) -> int:
    from cellwright.api.records import certificates as document
    from cellwright.app.certificates.files import write_files
    from cellwright.cli.views.look_back import certificates as view

    written = None if folder is None else write_files(invocation.fleet, found.certificate, folder)
    invocation.answer(lambda: view.issued(found, written), lambda: document.issued(found, written))
    return exit_codes.DONE


def _refuse_files(invocation: Invocation, folder: Path | None) -> None:
    """Refuse to write files that a server has.

    Raises:
        DiagnosticError: a server was chosen.
    """
    from cellwright.model.diagnostic import DiagnosticError, error

    if folder is not None and invocation.server is not None:
        where = "take them from the console's page of certificates, or leave out --server"
        raise DiagnosticError(error("a server writes no files here", where))
