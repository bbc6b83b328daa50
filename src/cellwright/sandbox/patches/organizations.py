"""Organizations."""

from moto.organizations.models import FakeDelegatedAdministrator

from cellwright.sandbox.patching.patch import Patch

_ALSO = "config.amazonaws.com"


def _delegated_services() -> None:
    known = FakeDelegatedAdministrator.SUPPORTED_SERVICES
    if _ALSO not in known:
        known.append(_ALSO)


PATCHES = (Patch("delegated services", f"{_ALSO} could not be delegated to an account", _delegated_services),)
