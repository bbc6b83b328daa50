"""Who uses how much of a resource is said in one way, wherever it is shown."""

import pytest

from cellwright.app.fleet.capacity import ResourceView


def view(
    *, resource: str = "roles", own: int = 0, clients: int = 0, elsewhere: int = 0, reserved: int = 0
) -> str:
    used = own + clients + elsewhere + reserved
    return ResourceView(
        resource=resource,
        label="IAM roles",
        used=used,
        limit=1000,
        origin="AWS",
        own=own,
        clients=clients,
        elsewhere=elsewhere,
        reserved=reserved,
    ).used_by


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("1 of its own, 2 by cells in it", view(own=1, clients=2)),
        ("3 in other regions, 4 reserved", view(elsewhere=3, reserved=4)),
        ("1,200 by cells in it", view(clients=1200)),
        ("", view()),
        ("", view(resource="clients", clients=7)),
    ],
)
def test_only_those_are_named_who_use_some(said: str, found: str) -> None:
    assert found == said
