"""Values of YAML scalars: the core schema of YAML 1.2, with JSON's numbers only.

`no`, `on`, `0123`, `12:30:45`, `1_000`, `0x1f`, `.inf` and dates are strings, so that country codes,
account numbers and times stay as written.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from yaml.events import CollectionStartEvent, ScalarEvent

from cellwright.fleet.yaml.node import MergeTag
from cellwright.fleet.yaml.references import ReferenceSyntaxError, TextPart, parse_text
from cellwright.model.text.number import exact_number
from cellwright.model.text.suggestion import advice, nearest_two
from cellwright.model.value import Scalar

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z")
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

_MAX_EXPONENT = 1_000
_MAX_EXPONENT_LENGTH = 50
"""Characters: a longer one is not even read."""

_CORE = "tag:yaml.org,2002:"
_TAGGED: dict[str, tuple[type, ...]] = {
    "null": (type(None),),
    "bool": (bool,),
    "int": (int,),
    "float": (int, Decimal),
}


class ScalarError(ValueError):
    """The text has no valid value; the message says why."""


class TagError(ScalarError):
    """The tag is not in the core schema."""


def plain_scalar(text: str) -> Scalar:
    """Give the value of an unquoted scalar.

    Raises:
        ScalarError: a number beyond what Terraform can hold.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _FIRST and (match := _NUMBER.match(text)):
        return _number(text, match)
    return text


def tagged_scalar(tag: str, text: str) -> Scalar:
    """Give the value of a scalar with an explicit core tag such as `!!str`.

    Raises:
        TagError: the tag is not in the core schema.
        ScalarError: the text doesn't fit its tag.
    """
    name = tag.removeprefix(_CORE)
    if tag == "!" or (tag != name and name == "str"):
        return text
    if tag == name or name not in _TAGGED:
        raise TagError("unknown tag")
    value = plain_scalar(text)
    if not isinstance(value, _TAGGED[name]) or (isinstance(value, bool) and name != "bool"):
        raise ScalarError(f"the value is not what its tag '!!{name}' says")
    return value


def _number(text: str, match: "re.Match[str]") -> Scalar:
    digits, exponent = len(match[1]) + len(match[2] or "."), match[3]
    if digits - 1 > _MAX_DIGITS:
        raise ScalarError("a number of more than 154 digits is beyond what Terraform keeps")
    if exponent is None and match[2] is None:
        return int(text)
    if exponent is not None and (
        len(exponent) > _MAX_EXPONENT_LENGTH or abs(int(exponent[1:])) > _MAX_EXPONENT
    ):
        raise ScalarError(f"the number is too {'small' if exponent[1] == '-' else 'large'}")
    return exact_number(text)


_MERGE_TAGS = {merge_tag.value: merge_tag for merge_tag in MergeTag}
_MAPPING_TAGS = frozenset({"!", "tag:yaml.org,2002:map"})
_LIST_TAGS = frozenset({"!", "tag:yaml.org,2002:seq"})


class InvalidValueError(Exception):
    """A value is not valid: `summary` is what is wrong, `detail` what to do."""

    def __init__(self, summary: str, detail: str) -> None:
        super().__init__(summary, detail)
        self.summary = summary
        self.detail = detail


class ParsedScalar(NamedTuple):
    """A scalar's value as written, and its parts if it holds references or escapes."""

    value: Scalar
    parts: tuple[TextPart, ...] | None = None
    merge_tag: MergeTag | None = None


def parse_scalar(event: ScalarEvent) -> ParsedScalar:
    """Parse a scalar with its tag and references.

    Raises:
        InvalidValueError: its tag doesn't fit, or it has a reference that is not valid.
    """
    text = event.value
    if event.tag is None:
        value = _plain(text) if event.implicit[0] else text
    elif event.tag in _MERGE_TAGS:
        return ParsedScalar(None, None, _scalar_merge_tag(event.tag, text))
    else:
        value = _tagged(event.tag, text)
    if isinstance(value, str) and "${" in value:
        return ParsedScalar(value, _parts(value))
    return ParsedScalar(value)


def collection_merge_tag(event: CollectionStartEvent, *, is_list: bool) -> MergeTag | None:
    """Give the merge tag of a mapping or a list.

    Raises:
        InvalidValueError: the tag is unknown or not allowed there.
    """
    tag = event.tag
    if tag is None or tag in (_LIST_TAGS if is_list else _MAPPING_TAGS):
        return None
    merge_tag = _MERGE_TAGS.get(tag)
    if merge_tag is None:
        raise _unknown_tag(tag)
    if merge_tag is MergeTag.APPEND and not is_list:
        raise InvalidValueError("!append needs a list", "mappings are merged key by key without a tag")
    if merge_tag is MergeTag.PLACE and is_list:
        raise InvalidValueError("!place takes a mapping of labels", "write it like !place {tier: gold}")
    if merge_tag is MergeTag.UNSET:
        raise InvalidValueError("!unset takes no value", "write it alone: `key: !unset`")
    return merge_tag


def _plain(text: str) -> Scalar:
    try:
        return plain_scalar(text)
    except ScalarError as failure:
        raise InvalidValueError(str(failure), "quote it if it is a text") from failure


def _tagged(tag: str, text: str) -> Scalar:
    try:
        return tagged_scalar(tag, text)
    except TagError as failure:
        raise _unknown_tag(tag) from failure
    except ScalarError as failure:
        raise InvalidValueError(str(failure), "remove the tag or correct the value") from failure


def _unknown_tag(tag: str) -> InvalidValueError:
    """Name a tag that is nearly one of ours; another may be a secret that begins with an exclamation mark."""
    if nearest_two(tag, sorted(_MERGE_TAGS)):
        return InvalidValueError(f"unknown tag '{tag}'", advice(tag, _MERGE_TAGS))
    known = ", ".join(sorted(_MERGE_TAGS))
    return InvalidValueError("unknown tag", f"known: {known}; quote a text that begins with '!'")


def _parts(text: str) -> tuple[TextPart, ...]:
    try:
        return parse_text(text)
    except ReferenceSyntaxError as failure:
        raise InvalidValueError(failure.summary, failure.advice) from failure


def _scalar_merge_tag(tag: str, text: str) -> MergeTag:
    if tag == MergeTag.PLACE.value:
        if text:
            raise InvalidValueError(
                "!place takes labels, not a name", "write !place {tier: gold}, or the name alone"
            )
        return MergeTag.PLACE
    if tag != MergeTag.UNSET.value:
        raise InvalidValueError(f"{tag} can't stand before a scalar", "a scalar replaces by itself")
    if text:
        raise InvalidValueError("!unset takes no value", "write it alone: `key: !unset`")
    return MergeTag.UNSET
