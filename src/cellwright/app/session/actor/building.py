"""Which build acts: its identity token is verified where fleet.yaml says whose builds are believed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from cellwright.app.session.actor.build_token import find_build_token
from cellwright.model.actor import Actor, VoucherKind, checked_name
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.settings.build_settings import BuildSettings
from cellwright.web.json_client import JsonClient

if TYPE_CHECKING:  # what checks signatures takes long to import, and few commands are a build's
    from cellwright.access.builds.build import VerifiedBuild
    from cellwright.access.builds.verifying import BuildVerifier

NAMED_BY = "build"
"""Where a name comes from that a verified token says."""
_SECONDS = 10.0


@dataclass(slots=True)
class Builds:
    """Verifies builds' tokens by the settings of the moment; for any thread, keys are kept for a while."""

    environment: Mapping[str, str] = field(repr=False)
    _guard: Lock = field(init=False, repr=False, default_factory=Lock)
    _known: "BuildVerifier | None" = field(init=False, repr=False, default=None)

    def verify(self, token: str, settings: BuildSettings) -> "VerifiedBuild":
        """Tell which build a token is of.

        Raises:
            DiagnosticError: it is not to be trusted, or can't be verified now.
        """
        try:
            from cellwright.access.builds.verifying import BuildVerifier  # noqa: PLC0415  see above
        except ModuleNotFoundError:
            told = "the library that verifies builds' identity tokens is missing"
            raise DiagnosticError(error(told, "install it: pip install 'cellwright[builds]'")) from None
        with self._guard:
            if self._known is None or self._known.settings != settings:
                self._known = BuildVerifier(settings, JsonClient(self.environment, _SECONDS))
            verifier = self._known
        return verifier.verify(token)


def with_build(actor: Actor, settings: BuildSettings, environment: Mapping[str, str]) -> Actor:
    """Give the actor of a command line with the build that it is, verified if fleet.yaml says whose are.

    Raises:
        DiagnosticError: its token is not to be trusted or can't be verified now, or the fleet demands one.
    """
    if not settings.issuers:
        return actor
    token = find_build_token(environment, settings.audience_at("github"))
    if token:
        return vouched_by(actor, Builds(environment).verify(token, settings))
    if settings.required:
        raise DiagnosticError(
            error(
                "this fleet is changed by builds that show who they are, and by people in the console",
                "run this in a job of CI that has an identity token, or sign in; see `builds` in fleet.yaml",
            )
        )
    return actor


def vouched_by(actor: Actor, build: "VerifiedBuild") -> Actor:
    """Put a verified build behind an actor, in place of what the environment claims of one.

    The name is the person's whom the token names, where nobody else is named.
    """
    others = tuple(item for item in actor.vouchers if item.kind is not VoucherKind.CI_JOB)
    vouchers = (*others, build.voucher())
    if build.person and actor.named_by in ("git", "login"):
        return Actor(checked_name(build.person, "see who began the build"), NAMED_BY, vouchers)
    return Actor(actor.name, actor.named_by, vouchers)
