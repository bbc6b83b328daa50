"""What a plain YAML scalar means: the core schema of YAML 1.2, with JSON's numbers only.

`no`, `on`, `0123`, `12:30:45`, `1_000`, `0x1f`, `.inf` and dates are strings: a country code, an account
number or a time must come out as it went in.
"""

import math
import re

from cellwright.model.value import Scalar

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, Scalar] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_FIRST = frozenset("-0123456789")
_MAX_DIGITS = 154
"""Terraform keeps 512 bits of a number, which is 154 decimal digits."""

_CORE = "tag:yaml.org,2002:"
_TAGGED: dict[str, tuple[type, ...]] = {
    "null": (type(None),),
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
}


class ScalarError(ValueError):
    """The text can't be what it claims to be; the message says why."""


class TagError(ScalarError):
    """The tag is none of the core schema's."""


def plain_scalar(text: str) -> Scalar:
    """Give the meaning of an unquoted scalar.

    Raises:
        ScalarError: a number beyond what Terraform can hold.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _FIRST and (match := _NUMBER.match(text)):
        return _number(text, whole=match.group(1) is None and match.group(2) is None)
    return text


def tagged_scalar(tag: str, text: str) -> Scalar:
    """Give the meaning of a scalar with an explicit core tag such as `!!str`.

    Raises:
        TagError: the tag is none of the core's.
        ScalarError: the text doesn't fit its tag.
    """
    name = tag.removeprefix(_CORE)
    if tag == "!" or (tag != name and name == "str"):
        return text
    if tag == name or name not in _TAGGED:
        raise TagError(f"unknown tag '{shown_tag(tag)}'")
    value = plain_scalar(text)
    if not isinstance(value, _TAGGED[name]) or (isinstance(value, bool) and name != "bool"):
        raise ScalarError(f"the value is not what its tag '!!{name}' says")
    return value


def shown_tag(tag: str) -> str:
    """Write a tag as people write it: `!!str`, `!append`."""
    return f"!!{tag.removeprefix(_CORE)}" if tag.startswith(_CORE) else tag


def _number(text: str, *, whole: bool) -> Scalar:
    if len(text) > _MAX_DIGITS:
        raise ScalarError("a number of more than 154 digits is beyond what Terraform keeps")
    if whole:
        return int(text)
    value = float(text)
    if math.isinf(value):
        raise ScalarError("the number is too large")
    return value
