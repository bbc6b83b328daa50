"""Whether a text is a version constraint, as Terraform writes them: `>= 1.9, < 2.0`, `~> 1.11.0`."""

import re

CLAUSE = re.compile(r"\s*(>=|<=|!=|~>|=|>|<|)\s*v?([0-9][0-9A-Za-z.+-]*)\s*\Z")
"""An operator, by default `=`, and a version."""


def constraint_fault(text: str) -> str | None:
    """Say what in `text` is no constraint; None if it is one."""
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415  few fleets name a version

    for part in text.split(","):
        found = CLAUSE.match(part)
        if found is None:
            return f"'{part.strip()}' is no version constraint such as '>= 1.9' or '~> 1.11.0'"
        try:
            Version(found[2])
        except InvalidVersion:
            return f"'{found[2]}' is no version such as 1.11.4"
    return None
