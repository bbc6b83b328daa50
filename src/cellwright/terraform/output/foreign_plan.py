"""Explains what Terraform and OpenTofu say about a saved plan that another one of them made."""

import re

from cellwright.model.diagnostic import Diagnostic, error

# As text, which `re` compiles on first use: few commands fail.
_SAID = (
    r"plan file was created by (?:Terraform|OpenTofu or Terraform) (?P<made>\S+), but this is (?P<here>\S+?);"
)
"""Neither says which of the two made it: Terraform names itself, OpenTofu both."""
_FILLING = r"[\s\u2502]+"
"""Between two words of a message for people: line breaks and the frame around it."""


def foreign_plan_fault(text: str) -> Diagnostic | None:
    """Say in plain words that a plan was made by another program; None if `text` is about none."""
    found = re.search(_SAID, re.sub(_FILLING, " ", text))
    if found is None:
        return None
    return error(
        f"the saved plan was made by another program: its version is {found['made']}, "
        f"the one that runs here is {found['here']}",
        "only the product and version that made a plan can carry it out: make it anew with `cellwright plan`,"
        " or choose the former one again with `terraform` in the fleet",
    )
