"""The inputs that several tools take, with what an assistant is told of them."""

from typing import Annotated, TypeAlias

from pydantic import Field

Selectors: TypeAlias = Annotated[
    tuple[str, ...],
    Field(
        description="Which units: an address (client/acme, client/acme/app), a pattern (client/*/app) "
        "or a label (tier=gold). Empty: all.",
        max_length=100,
    ),
]
Limit: TypeAlias = Annotated[
    int, Field(description="At most this many; the answer says what follows.", ge=1, le=200)
]
UnitName: TypeAlias = Annotated[str, Field(description="A unit's address: client/acme/app.", min_length=1)]
AfterUnit: TypeAlias = Annotated[
    str,
    Field(description="Only units after this address: `next` of the answer before. Empty: from the start."),
]
RunName: TypeAlias = Annotated[
    str, Field(description="A run's id, as `runs` lists it: 20261127-125105-3f2a.", min_length=1)
]
Why: TypeAlias = Annotated[
    str,
    Field(
        description="Why, in a person's words; it goes into the audit trail.", min_length=1, max_length=500
    ),
]
