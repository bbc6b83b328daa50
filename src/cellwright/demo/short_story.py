"""The demo in two minutes: one account, two clients onboarded, one change."""

from collections.abc import Mapping

from cellwright.demo.steps import Telling

ACCOUNT = "trial"
CLIENTS: Mapping[str, str] = {"acme": "gold", "globex": "standard"}
"""Clients that the demo onboards, with their tiers."""

_SEEN = (f"*/{ACCOUNT}/**", *(f"client/{name}" for name in CLIENTS))


def tell(telling: Telling) -> None:
    """Tell it.

    Raises:
        DiagnosticError: anything that it shows did not work.
    """
    telling.scaffold()
    where = (f"base/{ACCOUNT}", f"utility/{ACCOUNT}")
    telling.apply("The account's base and utility levels", where, "first account")
    for name, tier in CLIENTS.items():
        telling.onboard(name, {"account": ACCOUNT, "tier": tier})
    telling.stand("Nothing is left to do, and no Terraform was started to know it", _SEEN)
    telling.edit(
        "acme grows: stacks.app.replicas: 6 in clients/acme/client.yaml",
        "acme: 6 replicas",
        {"clients/acme/client.yaml": {"stacks.app.replicas": 6}},
    )
    telling.stand("Exactly the units that it concerns are changed, and why", _SEEN)
    telling.apply("The change, applied", ("client/acme",), "acme grows")
    telling.account()
