"""Addresses of resources and modules, as Terraform and OpenTofu read them: `module.a["x"].aws_vpc.b[0]`."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_NAME = re.compile(r"[^\W\d][\w-]*")
# A piece of a quoted string as HCL has it. Possessive: nothing is tried a second time.
_TEXT = re.compile(
    r'\["(?P<text>(?:[^"\\$%\n]++|\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})'
    r'|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*+)"\]'
)
_NUMBER = re.compile(r"\[(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\]")
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([nrt"\\]))')
_NAMED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_WRITTEN = {"\n": r"\n", "\r": r"\r", "\t": r"\t", '"': r"\"", "\\": "\\\\"}
_OPENS_TEMPLATE = re.compile(r"([$%])(?=\{)")

_LARGEST, _DIGITS = 2**63 - 1, 20
_BASIC_PLANE = 0xFFFF
_NO_CHARACTERS = range(0xD800, 0xE000)
_LAST_CHARACTER = 0x10FFFF
_MODES = ("data", "ephemeral")
"""Written before the type of what is no managed resource."""
_TYPE_AND_NAME = 2


class AddressTextError(ValueError):
    """A text is no address of a resource or module."""

    def __init__(self, why: str, offset: int) -> None:
        super().__init__(why)
        self.why = why
        self.offset = offset


@dataclass(frozen=True, slots=True)
class PartAddress:
    """The address of a part of a stack: a module or a resource, all its instances or one."""

    text: str
    """As the programs write it."""
    is_managed: bool
    """A resource that is made and destroyed; not a module, a data source or an ephemeral resource."""
    is_module: bool


@dataclass(frozen=True, slots=True)
class _Step:
    text: str
    is_key: bool
    offset: int


def read_part_address(text: str) -> PartAddress:
    """Read what `-target`, `-exclude` and `-replace` take.

    The programs would take blanks, comments and a leading `resource.` too, some of them; none writes so.

    Raises:
        AddressTextError: it is no such address.
    """
    steps = list(_steps(text))
    rest = _after_modules(steps, len(text))
    is_managed = bool(rest)
    if rest:
        is_managed = rest[0].text not in _MODES
        _check_resource(rest if is_managed else rest[1:], len(text))
    written = "".join(f"{'' if step.is_key or not at else '.'}{step.text}" for at, step in enumerate(steps))
    return PartAddress(written, is_managed=is_managed, is_module=not rest)


def _steps(text: str) -> Iterator[_Step]:
    """Cut an address into names and keys."""
    at = 0
    while at < len(text) or not at:
        if text[at : at + 1] == "[" and at:
            found = _TEXT.match(text, at) or _NUMBER.match(text, at)
            if found is None:
                raise AddressTextError('a key is a number or a text in double quotes: [0], ["a"]', at)
            yield _Step(_key(found), is_key=True, offset=at)
        else:
            if at and text[at] != ".":
                raise AddressTextError("here belongs a dot and a name, a key in brackets, or nothing", at)
            at += 1 if at else 0
            found = _NAME.match(text, at)
            if found is None:
                raise AddressTextError("a name belongs here", at)
            yield _Step(found[0], is_key=False, offset=at)
        at = found.end()


def _key(found: re.Match[str]) -> str:
    groups = found.groupdict()
    if "number" in groups:
        number = Decimal(groups["number"])
        if number.adjusted() > _DIGITS or number != number.to_integral_value() or number > _LARGEST:
            raise AddressTextError(
                "a number in brackets is whole, and no larger than the programs count", found.start()
            )
        return f"[{int(number)}]"
    plain = unicodedata.normalize("NFC", _unescaped(groups["text"], found.start("text")))
    doubled = _OPENS_TEMPLATE.sub(r"\1\1", plain)
    return f'["{"".join(_WRITTEN.get(item) or _shown(item) for item in doubled)}"]'


def _unescaped(text: str, offset: int) -> str:
    def character(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        if code is None:
            return _NAMED[found[3]]
        number = int(code, 16)
        if number in _NO_CHARACTERS or number > _LAST_CHARACTER:
            raise AddressTextError(f"{found[0]} is no character", offset + found.start())
        return chr(number)

    return _ESCAPE.sub(character, text.replace("$${", "${").replace("%%{", "%{"))


def _shown(item: str) -> str:
    code = ord(item)
    if item.isprintable():
        return item
    return f"\\u{code:04x}" if code <= _BASIC_PLANE else f"\\U{code:08x}"


def _after_modules(steps: list[_Step], end: int) -> list[_Step]:
    """Give what follows the calls of modules."""
    rest = steps
    while rest and rest[0].text == "module":
        if len(rest) == 1 or rest[1].is_key:
            raise AddressTextError("the name of a module belongs after 'module.'", _offset(rest, 1, end))
        rest = rest[3:] if len(rest) > _TYPE_AND_NAME and rest[2].is_key else rest[2:]
    if rest and rest[0].is_key:
        raise AddressTextError("a dot and a name belong here, or nothing", rest[0].offset)
    return rest


def _check_resource(rest: list[_Step], end: int) -> None:
    for place, what in ((0, "type"), (1, "name")):
        if len(rest) <= place or rest[place].is_key:
            raise AddressTextError(f"the {what} of a resource belongs here", _offset(rest, place, end))
    keys = rest[_TYPE_AND_NAME:]
    if keys and not keys[0].is_key:
        raise AddressTextError(
            "after a resource's name only a key may follow, in brackets", keys[0].offset - 1
        )
    if len(keys) > 1:
        raise AddressTextError(
            "nothing may follow the key of a resource", keys[1].offset - (not keys[1].is_key)
        )


def _offset(steps: list[_Step], place: int, end: int) -> int:
    return steps[place].offset if place < len(steps) else end
