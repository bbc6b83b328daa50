"""Functions that encode, decode and digest."""

import base64
import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote_plus

import yaml

from cellwright.foreign.expressions.values import NoValue, number_of, text_of, told, wholly_told
from cellwright.foreign.secrets import closed
from cellwright.foreign.tree import Document, Joined, OutputOf, outputs_in


def _digest(kind: str) -> Callable[[list[Any]], str]:
    return lambda given: hashlib.new(kind, text_of(given[0]).encode(), usedforsecurity=False).hexdigest()


def _to_json(given: list[Any]) -> str:
    """Write JSON as Terraform does: keys in order, no blanks, signs of HTML escaped."""
    text = json.dumps(
        given[0], sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_number_of_json
    )
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _to_json_of_outputs(given: list[Any]) -> Any:  # noqa: ANN401  a text, which may have outputs in it
    """Write JSON in which outputs are texts; what else is late, or can't be told, has no place in it."""
    (only,) = given
    outputs = list(outputs_in(only))
    if not outputs:
        return _to_json([wholly_told(only)])
    marks = {f"\u0000{at}\u0000": output for at, output in enumerate(outputs)}
    numbers = iter(marks)

    def marked(value: Any) -> Any:  # noqa: ANN401  as it is given
        match value:
            case OutputOf():
                return next(numbers)
            case Joined(parts=parts):
                return "".join(text_of(marked(part)) for part in parts)
            case Mapping():
                return {name: marked(item) for name, item in value.items()}
            case list():
                return [marked(item) for item in value]
            case _:
                return told(value)

    pieces = _MARK.split(_to_json([marked(only)]))
    return Joined(
        tuple(marks[f"\u0000{piece}\u0000"] if at % 2 else piece for at, piece in enumerate(pieces)),
        "outputs stand as texts in JSON, as if they were texts without quotes in them",
    )


def _number_of_json(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(value)


def _of_yaml(given: list[Any]) -> Any:  # noqa: ANN401  what YAML holds
    try:
        return closed(_plain(yaml.safe_load(text_of(given[0]))))
    except yaml.YAMLError:
        raise NoValue("the YAML can't be read") from None


def _of_json(given: list[Any]) -> Any:  # noqa: ANN401  what JSON holds
    if isinstance(given[0], Document):
        return given[0].content
    try:
        return closed(json.loads(text_of(given[0])))
    except ValueError:
        raise NoValue("the JSON can't be read") from None


def _plain(value: Any) -> Any:  # noqa: ANN401  as it was read
    """Give keys, and dates, as texts."""
    if isinstance(value, dict):
        return {("" if key is None else str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | None) else str(value)


_MARK = re.compile(r"\\u0000(\d+)\\u0000")
OF_JSON: Mapping[str, Callable[[list[Any]], Any]] = {
    "jsondecode": _of_json,
    "jsonencode": _to_json_of_outputs,
}
"""Functions that may be given outputs, or the JSON of a file that has secrets."""
ENCODINGS: Mapping[str, Callable[[list[Any]], Any]] = {
    "base64decode": lambda given: base64.b64decode(text_of(given[0]), validate=True).decode(),
    "base64encode": lambda given: base64.b64encode(text_of(given[0]).encode()).decode(),
    "base64sha256": lambda given: base64.b64encode(
        hashlib.sha256(text_of(given[0]).encode()).digest()
    ).decode(),
    "csvdecode": lambda given: [closed(dict(row)) for row in csv.DictReader(io.StringIO(text_of(given[0])))],
    "md5": _digest("md5"),
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "sha512": _digest("sha512"),
    "tonumber": lambda given: None if given[0] is None else number_of(given[0]),
    "urlencode": lambda given: quote_plus(text_of(given[0]), safe="-_.~"),
    "yamldecode": _of_yaml,
}
