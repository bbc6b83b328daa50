"""Why a build's token is not believed."""

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.settings.build_settings import BuildIssuer


class TokenFault(DiagnosticError):  # noqa: N818  a diagnostic that says what is wrong
    """A build's identity token is not to be trusted. It is never part of the text."""

    def __init__(self, why: str, advice: str, issuer: BuildIssuer | None = None) -> None:
        position = issuer.position if issuer is not None else None
        super().__init__(error(f"the build's identity token is refused: {why}", advice, position))


class IssuerFault(DiagnosticError):  # noqa: N818  as above
    """What signs the tokens can't be asked for its keys."""

    def __init__(self, issuer: BuildIssuer, why: str, advice: str = "") -> None:
        told = f"the build's identity token can't be verified: {issuer.issuer} {why}"
        advice = advice or "try again, or see whether it is up and reachable from here"
        super().__init__(error(told, advice, issuer.position))
