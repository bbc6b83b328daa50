"""The mark by which a run's reason names the build that has begun it."""

import re

_MARK = re.compile(r" ?\(build [^()]*\)$")


def build_mark(build: str) -> str:
    """Give the mark of a build."""
    return f"(build {build})"


def with_build(reason: str, build: str) -> str:
    """Give the reason of a build's run, which names the build."""
    return f"{reason} {build_mark(build)}".strip()


def without_build(reason: str) -> str:
    """Give the reason as a person has written it."""
    return _MARK.sub("", reason)
