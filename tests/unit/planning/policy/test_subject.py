"""What policies learn of a unit: exceptions only where they can be one, the levels of clients."""

from datetime import date
from typing import Any

from cellwright.model.runs.run import Operation
from cellwright.planning.policy.subject import Surroundings, describe
from unit.engine.kit import make_unit


def described(exceptions: Any) -> Any:  # noqa: ANN401  any JSON
    around = Surroundings("medloop", ("tenant",), ("tenant/acme", "base/prod"))
    settings = {"exceptions": exceptions, "tier": "gold"}
    return describe(around, make_unit(), Operation.APPLY, settings, date(2026, 12, 1))


def test_who_the_clients_are() -> None:
    told = described([])
    assert (told["client_levels"], told["placements"]) == (["tenant"], ["tenant/acme", "base/prod"])


def test_what_can_be_no_exception_is_left_out() -> None:
    whole = {"rule": "r", "until": "2026-12-31"}
    assert described([whole, "text", {"rule": "r", "until": "9999-99-99"}, {"rule": "r", "until": 3}])[
        "exceptions"
    ] == [whole]
    assert described([{"resource": "a"}])["exceptions"] == [{"resource": "a"}]
    assert described("all of them")["exceptions"] == []
    assert described(None)["exceptions"] == []
