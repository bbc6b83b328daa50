"""Capacity."""

from typing import Any

from cellwright.app.fleet.capacity import CapacityView, PlaceView, ResourceView


def capacity_from(item: Any) -> CapacityView:  # noqa: ANN401  a document, here and below
    """How full places are."""
    return CapacityView(
        counted=item["counted"],
        strategy=item["strategy"],
        few=item["few"],
        places=tuple(map(_place, item["places"])),
    )


def _place(item: Any) -> PlaceView:  # noqa: ANN401
    return PlaceView(
        place=item["place"],
        path=item["file"],
        cells=tuple(item["cells"]),
        labels={key: tuple(values) for key, values in item["labels"].items()},
        clients=item["clients"],
        expected=tuple(item["expected"]),
        room=item["room"],
        tightest=item["tightest"],
        resources=tuple(map(_resource, item["resources"])),
    )


def _resource(item: Any) -> ResourceView:  # noqa: ANN401
    return ResourceView(
        resource=item["resource"],
        label=item["label"],
        used=item["used"],
        limit=item["limit"],
        origin=item["limit_from"] or "",
        own=item["own"],
        clients=item["clients"],
        elsewhere=item["elsewhere"],
        reserved=item["reserved"],
    )
