"""Forms that a passkey answers: the page's script fetches a question and sends the browser's answer."""

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response

from cellwright.access.passkeys import LONGEST_ANSWER, PasskeySite
from cellwright.console.security.signing_in import site
from cellwright.model.diagnostic import DiagnosticError, error

Answer = Annotated[str, Form(max_length=LONGEST_ANSWER)]
"""The parameter of a page that takes a browser's answer."""


def demand_site(request: Request) -> PasskeySite:
    """Give the site for which this console's passkeys are.

    Raises:
        DiagnosticError: browsers make none for this address.
    """
    found = site(request)
    if found is None:
        raise DiagnosticError(
            error(
                "browsers make no passkeys for this address",
                "reach the console by https and a name (`console.url` in fleet.yaml), or by http://localhost",
            )
        )
    return found


def question(options: str) -> Response:
    """Answer the page's script with what `navigator.credentials` is to be asked."""
    return Response(options, media_type="application/json")
