"""What is done with the providers in Go, and must come out the same with the relay and without it."""

from contract.relay.cases import DESTROY
from contract.relay.comparison import APPLY, PLAN, SHOW, Case
from contract.relay.go.laboratory import requirement
from contract.relay.go.stacks import (
    FRAMEWORK,
    FRAMEWORK_ITEMS,
    MUXED_ITEMS,
    MUXED_MOVED,
    OLD,
    OLD_ITEMS,
    PROVIDERS,
    SDK,
    SDK_ITEMS,
    old_state,
)

_BEFORE = PROVIDERS + FRAMEWORK_ITEMS + SDK_ITEMS + OLD + MUXED_ITEMS
_CHANGES = (
    ('"hush"', '"louder"'),
    ("port = 80", "port = 81"),
    ('"after-', '"next-'),
    (MUXED_ITEMS, MUXED_MOVED),
)


def life(host: str) -> Case:
    """Older items and new ones; then changed, renamed, moved to another provider, and destroyed."""
    after = _BEFORE
    for old, new in _CHANGES:
        after = after.replace(old, new)
    files = {"main.tf": _BEFORE, "terraform.tfstate": old_state(host, "framework", "sdk"), **OLD_ITEMS}
    steps = (PLAN, SHOW, APPLY, {"main.tf": after}, PLAN, SHOW, APPLY, DESTROY)
    return Case("life", files, steps, says="Deprecated account")


_TWO = requirement("framework", "sdk")
_REFUSED = """
resource "framework_item" "one" { name = "refused" }
resource "sdk_item" "one" { name = "refused" }
"""
_INVALID = """
resource "framework_item" "one" { name = "" }
resource "sdk_item" "one" { name = "" }
output "loud" { value = provider::framework::shout("silence") }
"""
_NOT_FOUND = """
data "framework_item" "no" { name = "no" }
data "sdk_item" "no" { name = "no" }
resource "sdk_item" "one" {
  name  = "one"
  value = "forbidden"
}
"""
_WRONG = FRAMEWORK.replace("endpoint", 'account = "wrong"\n  endpoint') + SDK.replace('"old"', '"closed"')


def errors(_host: str) -> Case:
    """Errors of each kind: from the cloud, of values, of what is looked for, of a configuration."""
    steps = (
        PLAN,
        APPLY,
        {"more.tf": _INVALID},
        PLAN,
        {"more.tf": _NOT_FOUND},
        PLAN,
        {"main.tf": _TWO + _WRONG, "more.tf": _REFUSED},
        PLAN,
    )
    files = {"main.tf": _TWO + FRAMEWORK + SDK, "more.tf": _REFUSED}
    return Case("errors", files, steps, codes=(0, 1, 1, 1, 1), says="There is no item 'no'")


CASES = {life: ("framework", "sdk", "muxed"), errors: ("framework", "sdk")}
"""Each with the providers that its stack names."""
