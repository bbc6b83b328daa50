"""Wildcards and policy variables, as IAM reads them."""

import re
from collections.abc import Mapping
from functools import lru_cache

Context = Mapping[str, str | tuple[str, ...]]
"""What is known of a request, by condition key."""

_VARIABLE = re.compile(r"\$\{([^}]+)\}")
_ARN_PARTS = 6
_LITERAL = {"*": "\0star\0", "?": "\0mark\0", "$": "$"}
"""`${*}`, `${?}` and `${$}` mean the characters themselves."""


def filled_in(text: str, context: Context) -> str | None:
    """Fill policy variables in; None if the request lacks one of them: such an element matches nothing."""
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        name, comma, default = found[1].partition(",")
        if name in _LITERAL:
            return _LITERAL[name]
        given = look_up(context, name.strip())
        if isinstance(given, str):
            return given.replace("*", _LITERAL["*"]).replace("?", _LITERAL["?"])
        if comma:
            return default.strip().strip("'")
        missing = True
        return ""

    filled = _VARIABLE.sub(value, text)
    return None if missing else filled


def look_up(context: Context, key: str) -> str | tuple[str, ...] | None:
    """Find a condition key; its case does not matter, but for the name of a tag behind the slash."""
    wanted = _key(key)
    return next((value for name, value in context.items() if _key(name) == wanted), None)


def matches(pattern: str, text: str, *, any_case: bool = False) -> bool:
    """Whether a text is of a pattern with `*` and `?`."""
    return bool(_compiled(pattern, any_case).fullmatch(text))


def matches_arn(pattern: str, arn: str) -> bool:
    """Whether an ARN is of a pattern; each of its six parts by itself."""
    if pattern == "*":
        return True
    parts, wanted = arn.split(":", _ARN_PARTS - 1), pattern.split(":", _ARN_PARTS - 1)
    return len(parts) == len(wanted) and all(
        matches(want, part) for want, part in zip(wanted, parts, strict=True)
    )


def _key(key: str) -> str:
    head, slash, tag = key.partition("/")
    return f"{head.lower()}{slash}{tag}"


@lru_cache(maxsize=4096)
def _compiled(pattern: str, any_case: bool) -> re.Pattern[str]:  # noqa: FBT001 - a part of the cache's key
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    text = text.replace(re.escape(_LITERAL["*"]), r"\*").replace(re.escape(_LITERAL["?"]), r"\?")
    return re.compile(text, re.DOTALL | (re.IGNORECASE if any_case else re.NOFLAG))
