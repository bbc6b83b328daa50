"""The program that the demo runs with: the one that its fleet runs with afterwards too."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from cellwright.model.binary import DEFAULT_BINARY, PRODUCTS, BinarySettings, Product
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.value import Json
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.install.choice import BinaryChooser
from cellwright.terraform.install.fetch.policy import FetchSettings, fetch_policy

_OPTIONS = {
    "terraform.binary in fleet.yaml": "--binary",
    "terraform.binary": "--binary",
    "terraform.product": "--binary terraform or --binary tofu",
}
"""What a person gives the demo in place of settings: there is no fleet yet."""


def settings_for(name: str | None) -> BinarySettings:
    """Read what a person says: a product, a name on the PATH or a path; None takes whichever is there."""
    if not name:
        return DEFAULT_BINARY
    product: Product | None = next((key for key in PRODUCTS if key == name), None)
    if product:
        return BinarySettings(product=product)
    return BinarySettings(str(Path(name).expanduser().absolute()) if "/" in name else name)


def find_or_fetch(
    environment: Mapping[str, str],
    notice: Callable[[str], None],
    wanted: BinarySettings = DEFAULT_BINARY,
) -> Binary:
    """Find what is wanted as a fleet does: on the PATH, else fetched, unless a program is named.

    `notice` is told what is fetched.

    Raises:
        DiagnosticError: there is none, and none can be fetched; says what to install.
    """
    policy = fetch_policy(FetchSettings(), environment)
    try:
        return BinaryChooser(environment=environment, policy=policy, notice=notice).choose(wanted)
    except DiagnosticError as fault:
        raise type(fault)(*map(_about_options, fault.diagnostics)) from fault


def fleet_settings(wanted: BinarySettings, mirror: Path | None) -> dict[str, Json]:
    """The keys of `fleet.yaml` with which every later command uses the same program and mirror."""
    keys = {
        "terraform.product": wanted.product,
        "terraform.binary": wanted.name,
        "terraform.mirror": str(mirror) if mirror else None,
    }
    return {key: value for key, value in keys.items() if value is not None}


def _about_options(item: Diagnostic) -> Diagnostic:
    """Give the advice in terms of the demo's options."""
    detail = item.detail
    for setting, option in _OPTIONS.items():
        detail = detail.replace(setting, option)
    return replace(item, detail=detail)
