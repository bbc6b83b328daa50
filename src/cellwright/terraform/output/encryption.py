"""Explains what OpenTofu, and Terraform, say about a state or a plan that they can't decrypt."""

import re
from dataclasses import dataclass

from cellwright.model.diagnostic import Diagnostic, error

VARIABLE = "TF_ENCRYPTION"
"""OpenTofu's configuration of the encryption of states and plans, in HCL or JSON."""

# As text, which `re` compiles on first use: few commands fail.
_FILLING = r"(?:\s|\u2502)+"
"""Between two words of a message for people: line breaks and the frame around it."""


_STATE = r"failed for state\b|state file is encrypted|Failed to (?:load|refresh) state"
_PLAN = r"failed for plan\b|plan file is encrypted"


@dataclass(frozen=True, slots=True)
class _Fault:
    said: str
    """An expression that what is said matches."""
    summary: str
    """`{what}` is the state, the plan, or either where it is not said which."""
    advice: str


_FAULTS = (
    _Fault(
        # The key of such a method is made from a salt that lies in the state, under the name of its provider.
        said=r"failed for \w+: no decryption key available",
        summary="the {what} can't be decrypted with the keys that are given",
        advice="give the key with which it was written last; to change a key, leave the former key provider "
        "its name, and give the new one another: a part of the former key lies in the state under that name",
    ),
    _Fault(
        said=r"attempted decryption failed|decryption failed for all provided methods",
        summary="the {what} can't be decrypted with the key that is given",
        advice="give the key with which it was written last; to change a key, keep the former method as "
        "`fallback` in the `encryption` block until every unit has been applied with the new one",
    ),
    _Fault(
        said=r"without an encryption configuration|requires a valid encryption configuration",
        summary="the {what} is encrypted, and no key is given",
        advice="bring the stack's `encryption` block back, or set TF_ENCRYPTION",
    ),
    _Fault(
        said=r"encountered unencrypted payload without unencrypted method",
        summary="the {what} is not encrypted yet, and the stack refuses such a one",
        advice='let the `encryption` block read it as well, for one apply: a `method "unencrypted"` as '
        "`fallback`, without `enforced`",
    ),
    _Fault(
        said=r'The state file does not have a "version" attribute',
        summary="the state is encrypted by OpenTofu, or is no state at all",
        advice="run the unit with OpenTofu and the key: change terraform.product or terraform.binary; "
        "`cellwright explain UNIT terraform` says where they are set",
    ),
)


def encryption_fault(text: str) -> Diagnostic | None:
    """Say in plain words what is wrong with an encrypted state or plan; None if `text` is about none."""
    plain = re.sub(_FILLING, " ", text)
    for fault in _FAULTS:
        if re.search(fault.said, plain):
            return error(fault.summary.format(what=_what(plain)), fault.advice)
    return None


def _what(plain: str) -> str:
    if re.search(_STATE, plain):
        return "state"
    return "plan" if re.search(_PLAN, plain) else "state or plan"
