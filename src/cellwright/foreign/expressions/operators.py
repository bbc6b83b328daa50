"""Operators of HCL, with their precedence."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from cellwright.foreign.expressions.values import NoValue, number_of, truth_of, wholly_told
from cellwright.foreign.tree import ForeignValue

Number = int | Decimal
Later = Callable[[], ForeignValue]

_PRECEDENCE: tuple[frozenset[str], ...] = (
    frozenset({"||"}),
    frozenset({"&&"}),
    frozenset({"==", "!="}),
    frozenset({"<", ">", "<=", ">="}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%"}),
)
"""What binds least comes first."""


def operated(operands: list[Later], signs: list[str], level: int = 0) -> ForeignValue:
    """Give the value of operands with signs between them.

    Raises:
        NoValue: it has none.
    """
    while level < len(_PRECEDENCE) and not _PRECEDENCE[level] & set(signs):
        level += 1
    if level == len(_PRECEDENCE):
        return operands[0]()
    groups = [_Group([operands[0]], [])]
    between: list[str] = []
    for sign, operand in zip(signs, operands[1:], strict=True):
        if sign in _PRECEDENCE[level]:
            between.append(sign)
            groups.append(_Group([operand], []))
        else:
            groups[-1].operands.append(operand)
            groups[-1].signs.append(sign)
    if level < _LOGICAL:
        return _logical([partial(group.value, level + 1) for group in groups], between[0])
    found = groups[0].value(level + 1)
    for sign, group in zip(between, groups[1:], strict=True):
        found = _applied(sign, found, group.value(level + 1))
    return found


@dataclass(frozen=True, slots=True)
class _Group:
    """Operands whose signs bind more than those around them."""

    operands: list[Later]
    signs: list[str]

    def value(self, level: int) -> ForeignValue:
        return operated(self.operands, self.signs, level)


_LOGICAL = 2


def _logical(operands: Sequence[Later], sign: str) -> bool:
    """Give `&&` or `||`: one operand may decide although another has no value."""
    decides = sign == "||"
    fault: NoValue | None = None
    for give in operands:
        try:
            if truth_of(give()) == decides:
                return decides
        except NoValue as found:
            fault = fault or found
    if fault is not None:
        raise fault
    return not decides


def _applied(sign: str, left: ForeignValue, right: ForeignValue) -> ForeignValue:
    if sign in {"==", "!="}:
        return _same(wholly_told(left), wholly_told(right)) == (sign == "==")
    one, other = number_of(left), number_of(right)
    if sign in _COMPARING:
        return _COMPARING[sign](one, other)
    try:
        return number_of(_COUNTING[sign](Decimal(one), Decimal(other)))
    except ArithmeticError:
        raise NoValue(f"'{sign}' can't be worked out with these numbers") from None


def _same(left: ForeignValue, right: ForeignValue) -> bool:
    """Tell whether two values are equal; a bool is no number."""
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right)


_COMPARING: Mapping[str, Callable[[Number, Number], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_COUNTING: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}
