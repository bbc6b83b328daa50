"""What a scalar of a document means, with its tag and the references in it."""

from typing import NamedTuple

from yaml.events import CollectionStartEvent, ScalarEvent

from cellwright.fleet.yaml.node import Directive
from cellwright.fleet.yaml.references import Part, ReferenceSyntaxError, parse_text
from cellwright.fleet.yaml.scalars import ScalarError, TagError, plain_scalar, shown_tag, tagged_scalar
from cellwright.model.suggestion import advice
from cellwright.model.value import Scalar

_DIRECTIVES = {directive.value: directive for directive in Directive}
_MAPPING_TAGS = frozenset({"!", "tag:yaml.org,2002:map"})
_LIST_TAGS = frozenset({"!", "tag:yaml.org,2002:seq"})


class MeaningError(Exception):
    """A value can't be what it is written as: `args` are what is wrong and what to do."""

    def __init__(self, summary: str, detail: str) -> None:
        super().__init__(summary, detail)
        self.summary = summary
        self.detail = detail


class Meaning(NamedTuple):
    """A scalar understood: its value as written, and its parts if it holds references or escapes."""

    value: Scalar
    parts: tuple[Part, ...] | None = None
    directive: Directive | None = None


def scalar_meaning(event: ScalarEvent) -> Meaning:
    """Understand a scalar.

    Raises:
        MeaningError: its tag doesn't fit it, or it holds something like a reference that is none.
    """
    text = event.value
    if event.tag is None:
        value = _plain(text) if event.implicit[0] else text
    elif event.tag in _DIRECTIVES:
        return Meaning(None, None, _scalar_directive(event.tag, text))
    else:
        value = _tagged(event.tag, text)
    if isinstance(value, str) and "${" in value:
        return Meaning(value, _parts(value))
    return Meaning(value)


def collection_directive(event: CollectionStartEvent, *, is_list: bool) -> Directive | None:
    """Tell the merge tag of a mapping or a list.

    Raises:
        MeaningError: the tag is unknown or can't stand before it.
    """
    tag = event.tag
    if tag is None or tag in (_LIST_TAGS if is_list else _MAPPING_TAGS):
        return None
    directive = _DIRECTIVES.get(tag)
    if directive is None:
        raise MeaningError(f"unknown tag '{shown_tag(tag)}'", advice(tag, _DIRECTIVES))
    if directive is Directive.APPEND and not is_list:
        raise MeaningError("!append needs a list", "mappings are merged key by key without a tag")
    if directive is Directive.UNSET:
        raise MeaningError("!unset takes no value", "write it alone: `key: !unset`")
    return directive


def _plain(text: str) -> Scalar:
    try:
        return plain_scalar(text)
    except ScalarError as failure:
        raise MeaningError(str(failure), "quote it if it is a text") from failure


def _tagged(tag: str, text: str) -> Scalar:
    try:
        return tagged_scalar(tag, text)
    except TagError as failure:
        raise MeaningError(str(failure), advice(shown_tag(tag), _DIRECTIVES)) from failure
    except ScalarError as failure:
        raise MeaningError(str(failure), "remove the tag or mend the value") from failure


def _parts(text: str) -> tuple[Part, ...]:
    try:
        return parse_text(text)
    except ReferenceSyntaxError as failure:
        raise MeaningError(failure.summary, failure.advice) from failure


def _scalar_directive(tag: str, text: str) -> Directive:
    if tag != Directive.UNSET.value:
        raise MeaningError(f"{tag} can't stand before a scalar", "a scalar replaces by itself")
    if text:
        raise MeaningError("!unset takes no value", "write it alone: `key: !unset`")
    return Directive.UNSET
