"""Texts that the operating system refuses: in paths, arguments and environment variables."""

LONGEST_PATH = 4_095
"""Bytes, without the NUL at its end (path_resolution(7))."""

LONGEST_NAME = 255
"""Bytes of one name in a path, on the usual file systems."""

LONGEST_VARIABLE = 131_071
"""Bytes of `NAME=value`, without the NUL at its end (execve(2))."""

_URL = frozenset("?:")
"""Characters of addresses, in which a part may be longer than a name in a path."""


def argument_fault(text: str) -> str | None:
    """Say why `text` can't be given to a program; None if it can."""
    return "it holds a NUL character, which no path, argument or variable can" if "\0" in text else None


def path_fault(text: str) -> str | None:
    """Say why `text` can't name a file or an address; None if it can."""
    if fault := argument_fault(text):
        return fault
    content = text.encode("utf-8", "surrogatepass")
    if len(content) > LONGEST_PATH:
        return f"it is longer than {LONGEST_PATH:,} bytes"
    if _URL.isdisjoint(text) and max(map(len, content.split(b"/"))) > LONGEST_NAME:
        return f"a name in it is longer than {LONGEST_NAME} bytes"
    return None


def variable_fault(name: str, value: str) -> str | None:
    """Say why an environment variable can't have this value; None if it can."""
    if fault := argument_fault(value):
        return fault
    if len(name) + 1 + len(value.encode("utf-8", "surrogatepass")) > LONGEST_VARIABLE:
        return f"with its name it is longer than {LONGEST_VARIABLE:,} bytes"
    return None
