"""The short demo, of two minutes: one account, two clients onboarded, one change."""

from collections.abc import Mapping

from cellwright.demo.steps import DemoSteps

ACCOUNT = "trial"
CLIENTS: Mapping[str, str] = {"acme": "gold", "globex": "standard"}
"""The clients that it onboards, with their tiers."""

_SEEN = (f"*/{ACCOUNT}/**", *(f"client/{name}" for name in CLIENTS))


def run(steps: DemoSteps) -> None:
    """Take all its steps.

    Raises:
        DiagnosticError: a step did not work.
    """
    steps.init()
    where = (f"base/{ACCOUNT}", f"utility/{ACCOUNT}")
    steps.apply("The account's base and utility levels", where, "first account")
    for name, tier in CLIENTS.items():
        steps.onboard(name, {"account": ACCOUNT, "tier": tier})
    product = steps.program.product
    steps.status(f"Nothing is left to do, and no {product} was started to know it", _SEEN)
    steps.edit(
        "acme grows: stacks.app.replicas: 6 in clients/acme/client.yaml",
        "acme: 6 replicas",
        {"clients/acme/client.yaml": {"stacks.app.replicas": 6}},
    )
    steps.status("Exactly the units that it concerns are changed, and why", _SEEN)
    steps.apply("The change, applied", ("client/acme",), "acme grows")
    steps.events()
