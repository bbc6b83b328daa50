"""Which parts of a plan the policies look at, told from their text."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cellwright.planning.policy.module import Module


_OWN = "cellwright"
"""The part that is no Terraform's: it is always there."""

# As text, which `re` compiles on first use: few runs have policies.
_WORD = r"""
    (?P<comment>\#[^\n]*)
    | (?P<string>"(?:\\.|[^"\\\n])*" | `[^`]*`)
    | (?P<within>\.\s*input\b)
    | \binput\b (?: \.(?P<name>[A-Za-z_]\w*) | \["(?P<key>\w+)"\] )?
    """


def parts_read(modules: "Iterable[Module]") -> frozenset[str] | None:
    """The names that stand behind `input` in the policies' text; None if one looks at all of it, or may.

    `input.resource_changes` looks at one part; `walk(input)`, `input[name]` and `with input as x` may look at
    all. A text that has the word in it counts as one that may.
    """
    found: set[str] = set()
    for module in modules:
        if module.is_test:
            continue
        for name in _names(module.source):
            if name is None:
                return None
            found.add(name)
    return frozenset(found - {_OWN})


def _names(source: str) -> Iterator[str | None]:
    for token in re.finditer(_WORD, source, re.VERBOSE):
        if token["comment"] is not None or token["within"] is not None:
            continue
        if token["string"] is None:
            yield token["name"] or token["key"]
        elif re.search(r"\binput\b", token["string"]):
            yield None
