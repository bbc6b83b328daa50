"""Which inputs of stacks layers set otherwise than before, and whether a cell's own files name them.

For all cells with the same layers whose own files do not name such an input, it changes in the same way: what
one of them gets says it for all. That holds for values without references only, which are the same for all.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

from cellwright.fleet.cache.digests import LayerDigest, SectionDigest
from cellwright.fleet.config.settings import OWN_KEYS
from cellwright.fleet.yaml.outline import Outline, section_lines

ChangedInputs: TypeAlias = Mapping[str, frozenset[str]]
"""The names of the inputs that are set otherwise, by stack."""

_ABSENT: SectionDigest = ("", b"", ())
_STACKS = b"stacks"
_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
"""Inputs with other names are not looked for: they may be written in several ways."""
_ESCAPE = "\\"
"""Begins a character of a quoted key that is written otherwise."""
_TITLE = r" +[^\s:#\"']+:[ \t]*(#.*)?"
"""The first line of a section that is a mapping in block style: its name alone."""
_FIRST_KEY = r" +[A-Za-z0-9_-]+:(\s.*)?"
_NO_CONTENT = r"\s*(#.*)?"


def changed_inputs(before: Sequence[LayerDigest], after: Sequence[LayerDigest]) -> ChangedInputs | None:
    """Tell which inputs layers set otherwise; `after` has the same layers as `before`, in the same order.

    None if more may have changed than inputs, or if a layer has references in one of these inputs.
    """
    found: dict[str, frozenset[str]] = {}
    for old, new in zip(before, after, strict=True):
        sections, now = _sections(old), _sections(new)
        for stack in sections.keys() | now.keys():
            if sections.get(stack) == now.get(stack):
                continue
            names = _changed(sections.get(stack, _ABSENT), now.get(stack, _ABSENT))
            if names is None:
                return None
            found[stack] = found.get(stack, frozenset()) | names
    sides = [_sections(layer) for layer in (*before, *after)]
    if all(_are_plain(side.get(stack, _ABSENT), names) for stack, names in found.items() for side in sides):
        return found
    return None


def names_any(contents: Iterable[bytes], outlines: Sequence[Outline | None], changed: ChangedInputs) -> bool:
    """Tell whether a cell's own files may say anything of these inputs, or of their stacks as a whole.

    The outlines are those of these very files. In doubt the answer is yes.
    """
    return any(
        _names_any(content, outline, changed) for content, outline in zip(contents, outlines, strict=True)
    )


def _names_any(content: bytes, outline: Outline | None, changed: ChangedInputs) -> bool:
    if outline is None:
        return _STACKS in content or _ESCAPE.encode() in content
    named = [stack for stack, _ in outline.sections if stack in changed]
    if not named:
        return False
    text = content.decode("utf-8-sig", "replace")
    return any(_section_names_any(section_lines(text, outline, stack), changed[stack]) for stack in named)


def _section_names_any(lines: Sequence[str], names: Collection[str]) -> bool:
    """Tell whether a section may say anything of these inputs; yes unless it is a mapping in block style."""
    title, *rest = lines
    first = next((line for line in rest if not re.fullmatch(_NO_CONTENT, line)), "")
    if not re.fullmatch(_TITLE, title) or not re.fullmatch(_FIRST_KEY, first):
        return True
    text = "\n".join(rest)
    return _ESCAPE in text or any(name in text for name in names)


def _sections(layer: LayerDigest) -> dict[str, SectionDigest]:
    return {section[0]: section for section in layer[3]}


def _changed(before: SectionDigest, after: SectionDigest) -> frozenset[str] | None:
    """Give the inputs that two sections set otherwise; None if their difference may be another one."""
    if before[2] is None or after[2] is None:
        return None
    old, new = ({name: digest for name, digest, _ in side} for side in (before[2], after[2]))
    if [name for name in old if name in new] != [name for name in new if name in old]:
        return None  # in another order
    names = frozenset(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    if any(name in OWN_KEYS or not re.fullmatch(_NAME, name) for name in names):
        return None
    return names


def _are_plain(section: SectionDigest, names: Collection[str]) -> bool:
    """Tell whether a section has no references in these inputs; not if it does more than set some."""
    return section[2] is not None and all(plain for name, _, plain in section[2] if name in names)
