"""Places, one of each kind: full, nearly full, with room, without a limit."""

from dataclasses import replace

from cellwright.app.clients.deciding import PlacedCell
from cellwright.app.fleet.capacity import CapacityView, PlaceView, ResourceView


def resource(name: str, label: str, own: int, clients: int, limit: int | None, origin: str) -> ResourceView:
    return ResourceView(
        resource=name,
        label=label,
        used=own + clients,
        limit=limit,
        origin=origin,
        own=own,
        clients=clients,
        elsewhere=0,
        reserved=0,
    )


def place(name: str, clients: int, room: int | None, blocks: ResourceView) -> PlaceView:
    return PlaceView(
        place=name,
        path=f"accounts/{name}.yaml",
        cells=(f"base/{name}", f"utility/{name}"),
        labels={"region": ("us-east-1",), "tiers": ("standard", "gold")},
        clients=clients,
        expected=("client/globex",) if room == 2 else (),
        room=room,
        tightest=None if room is None else "vpc_blocks",
        resources=(
            resource("clients", "clients", 0, clients, None, ""),
            blocks,
            resource("roles", "IAM roles", 14, clients * 2, 1_000, "AWS"),
        ),
    )


def _blocks(clients: int, limit: int | None, origin: str) -> ResourceView:
    return resource("vpc_blocks", "VPC address blocks", 1, clients, limit, origin)


_CELLS = (resource("clients", "clients", 0, 2, None, ""),)
CAPACITY = CapacityView(
    counted=True,
    strategy="fill",
    few=3,
    places=(
        place("prod-use1", 4, 0, _blocks(4, 5, "AWS")),
        place("prod-use1-2", 47, 2, _blocks(47, 50, "prod-use1-2")),
        place("prod-euw1", 3, 46, _blocks(3, 50, "prod-euw1")),
        place("trial", 2, None, _blocks(0, None, "")),
    ),
)
ONE = CapacityView(counted=True, strategy="spread", few=3, places=CAPACITY.places[1:2])
UNCOUNTED = CapacityView(counted=False, strategy="fill", few=3, places=CAPACITY.places[:1])
NOWHERE = CapacityView(counted=False, strategy="fill", few=3, places=())
NO_PLACE = replace(NOWHERE, levels=("account",))
ONLY_CELLS = replace(
    CAPACITY,
    places=(replace(place("trial", 2, None, _blocks(0, None, "")), resources=_CELLS),),
)
"""Somebody says how rules choose, and nothing of what stacks use."""
PLACED = (
    PlacedCell("client/acme", "prod-use1-2", "!place {tiers: gold}", "clients/acme.yaml"),
    PlacedCell("client/globex", "prod-euw1", "!place {region: eu-west-1}", "clients/globex/client.yaml"),
)
