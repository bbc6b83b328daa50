"""Parameters that several calls have, and what their texts may hold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from cellwright.app.overview.reach import everything
from cellwright.app.status.paging import Page
from cellwright.console.wire.problems import absent
from cellwright.model.address import AddressError, CellAddress, UnitAddress
from cellwright.planning.neighbour_flags import Relatives

PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""No control characters but line breaks and tabs."""
MOST = 1_000


class Body(BaseModel):
    """The body of a request: what it does not name is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _visible(text: str) -> str:
    # A lone surrogate can be written in JSON, and in nothing else.
    text.encode()
    return text


def whole_number(value: object) -> object:
    """Take 2.0 for 2: JSON has one type of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Parallel = Annotated[
    int, BeforeValidator(whole_number), Field(ge=1, le=MOST, description="How many units at once.")
]
Text = Annotated[str, Field(max_length=200, pattern=PLAIN), AfterValidator(_visible)]
Reason = Annotated[
    str,
    Field(max_length=2_000, pattern=PLAIN, description="The reason, for the audit trail."),
    AfterValidator(_visible),
]
Selectors = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN), AfterValidator(_visible)]],
    Field(max_length=100, description="Which units: client/acme, client/*/app, tier=gold; none means all."),
]

Limit = Annotated[int, Query(ge=1, le=MOST, description="At most this many.")]
Cursor = Annotated[
    str | None,
    Query(max_length=200, pattern=PLAIN, description="`next` of the page before."),
]
Words = Annotated[str, Query(max_length=200, pattern=PLAIN)]
Selected = Annotated[
    list[Annotated[str, Query(min_length=1, max_length=200, pattern=PLAIN)]],
    Query(
        alias="selector",
        max_length=100,
        description="Which units: client/acme, client/*/app, tier=gold; none means all.",
    ),
]
WithUpstreams = Annotated[bool, Query(description="Also units that these depend on.")]
WithDownstreams = Annotated[bool, Query(description="Also units that depend on these.")]

Level = Annotated[str, Path(max_length=63, description="A level of the fleet: client.")]
Cell = Annotated[str, Path(max_length=63, description="A cell of the level: acme.")]
Stack = Annotated[str, Path(max_length=63, description="A stack of the cell: app.")]
RunId = Annotated[str, Path(max_length=100, description="A run's id.")]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which units a call is about."""

    selectors: tuple[str, ...]
    relatives: Relatives


def _asked(
    selector: Selected = [],  # noqa: B006  FastAPI copies it
    with_upstreams: WithUpstreams = False,  # noqa: FBT002  as above
    with_downstreams: WithDownstreams = False,  # noqa: FBT002  as above
) -> Asked:
    return Asked(tuple(selector), Relatives(with_upstreams, with_downstreams))


AskedUnits = Annotated[Asked, Depends(_asked)]
"""The parameter of a call about the units that its query selects."""


def cell_address(level: str, cell: str) -> CellAddress:
    """Read a cell's address.

    Raises:
        RefusedCallError: there can be no such cell.
    """
    try:
        return CellAddress.parse(f"{level}/{cell}")
    except AddressError as fault:
        raise absent(str(fault), "GET /api/v1/cells lists the cells") from None


def unit_address(level: str, cell: str, stack: str) -> UnitAddress:
    """Read a unit's address.

    Raises:
        RefusedCallError: there can be no such unit.
    """
    try:
        return UnitAddress.parse(f"{level}/{cell}/{stack}")
    except AddressError as fault:
        raise absent(str(fault), "GET /api/v1/status lists the units") from None


def page_of(cursor: str | None, limit: int, readable: Callable[[CellAddress], bool] = everything) -> Page:
    """Read which page of a list of units is meant.

    Raises:
        RefusedCallError: the cursor is none.
    """
    try:
        return Page(None if cursor is None else UnitAddress.parse(cursor), limit, readable)
    except AddressError as fault:
        raise absent(f"the cursor is none: {fault}", "take `next` of the page before") from None
