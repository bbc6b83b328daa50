"""Why somebody could not sign in through a provider, as diagnostics."""

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.settings.console_settings import OidcSettings


class ProviderFault(DiagnosticError):  # noqa: N818  a diagnostic that says what is wrong with the provider
    """The provider can't be used: it is down, or it or fleet.yaml is to be corrected."""

    def __init__(self, settings: OidcSettings, why: str, advice: str = "") -> None:
        super().__init__(
            error(f"the provider {settings.issuer} can't be used: {why}", advice, settings.position)
        )
        self.why = why
        self.advice = advice


class AnswerRefusedError(DiagnosticError):
    """This sign-in is refused; the next one may be good."""

    def __init__(self, why: str, advice: str = "begin again at the sign-in page") -> None:
        super().__init__(error(f"the sign-in is refused: {why}", advice))
        self.why = why
