"""`sprintf` as OPA has it, with Go's verbs.

Where Go answers with the mark of an error, as `%!d(string=x)`, there is an error.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal

VERB = re.compile(r"%(?P<flags>[-+# 0]*)(?P<width>\d*)(?P<precision>\.\d*)?(?P<verb>.|$)", re.DOTALL)
VERBS = frozenset("bdefgosvxX")
"""Those that are supported, besides `%%`."""

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r"}
_ESCAPES |= {"\t": "\\t", "\v": "\\v"}
_LEAST, _MOST = 1e-4, 1e21
"""Between these `%v` writes a number without an exponent."""


def sprintf(form: object, values: object) -> str:
    """Write values into a text.

    Raises:
        ValueError: the format is not supported, or doesn't fit the values.
    """
    if not isinstance(form, str) or not isinstance(values, list):
        raise ValueError("sprintf expects a text and an array")  # noqa: TRY004  one kind of fault
    left = iter(values)
    used = 0

    def written(match: re.Match[str]) -> str:
        nonlocal used
        if match["verb"] == "%":
            return "%"
        used += 1
        if used > len(values):
            raise ValueError(f"sprintf: {len(values)} values are too few")
        return _written(match, next(left))

    text = VERB.sub(written, form)
    if used != len(values):
        raise ValueError(f"sprintf: {used} values are asked for, {len(values)} are given")
    return text


def shown(value: object) -> str:
    """Write a value within another one, or where any kind may be."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, str):
        return f'"{"".join(map(_escaped, value))}"'
    if isinstance(value, dict):
        return f"{{{', '.join(f'{shown(key)}: {shown(item)}' for key, item in value.items())}}}"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(map(shown, in_order(value)))}}}" if value else "set()"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(shown, value))}]"
    return _number(value)


def in_order(values: AbstractSet[object]) -> list[object]:
    """Sort the elements of a set as OPA does."""
    return sorted(values, key=_order)


def _written(match: re.Match[str], value: object) -> str:
    verb, flags = match["verb"], match["flags"]
    if verb not in VERBS or "#" in flags or (match["precision"] and verb not in "efgsv"):
        raise ValueError(f"sprintf: {match.group()} is not supported")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or verb == "s":
        text = _text(match, value)
    elif verb == "v":
        text = _signed(_number(value), flags)
    elif verb in "efg":
        text = _signed(_fraction(match, value), flags)
    else:
        text = _signed(_whole(match, value), flags)
    width = int(match["width"] or 0)
    if "-" in flags:
        return text.ljust(width)
    if "0" in flags and is_number and verb != "s":
        sign = text[:1] if text[:1] in {"-", "+", " "} else ""
        return sign + text[len(sign) :].rjust(width - len(sign), "0")
    return text.rjust(width)


def _text(match: re.Match[str], value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f"sprintf: {match.group()} is given a number; write %v")  # noqa: TRY004  as above
    if match["verb"] not in "sv":
        raise ValueError(f"sprintf: {match.group()} is given no number; write %v")
    text = value if isinstance(value, str) else shown(value)
    return text if match["precision"] is None else text[: int(match["precision"][1:] or 0)]


def _whole(match: re.Match[str], value: object) -> str:
    if not isinstance(value, int):
        raise ValueError(f"sprintf: {match.group()} is given a fraction; write %v")  # noqa: TRY004  as above
    return format(value, match["verb"])


def _fraction(match: re.Match[str], value: object) -> str:
    if not isinstance(value, float):
        raise ValueError(f"sprintf: {match.group()} is given a whole number; write %v")  # noqa: TRY004  as above
    verb, precision = match["verb"], match["precision"]
    if verb == "g" and precision is None:
        return _number(value)
    return format(value, f"{'.6' if precision is None else precision if precision != '.' else '.0'}{verb}")


def _number(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    if value == 0 or _LEAST <= abs(value) < _MOST:
        return f"{Decimal(repr(value)).normalize():f}"
    mantissa, _, exponent = f"{Decimal(repr(value)).normalize():e}".partition("e")
    return f"{mantissa}e{exponent[0]}{exponent[1:].zfill(2)}"


def _signed(text: str, flags: str) -> str:
    sign = "+" if "+" in flags else " " if " " in flags else ""
    return text if text.startswith("-") else sign + text


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\x{ord(character):02x}"


def _order(value: object) -> tuple[int, object]:
    """OPA's order of kinds: null, booleans, numbers, texts."""
    if value is None:
        return 0, 0
    if isinstance(value, bool):
        return 1, value
    if isinstance(value, int | float):
        return 2, value
    return 3, value if isinstance(value, str) else shown(value)
