"""What is done with the providers in Go, and must come out the same with the relay and without it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from contract.relay.cases import DESTROY
from contract.relay.comparison import APPLY, PLAN, SHOW, Case, Step
from contract.relay.go.laboratory import requirement
from contract.relay.go.stacks import (
    ACTION,
    BY_IDENTITY,
    CHANGED_ITEM,
    FRAMEWORK,
    FRAMEWORK_ITEMS,
    IDENTIFIED,
    MUXED_ITEMS,
    MUXED_MOVED,
    OLD,
    OLD_ITEMS,
    PROVIDERS,
    QUERY,
    SDK,
    SDK_ITEMS,
    old_state,
    without_ephemeral,
)

_BEFORE = PROVIDERS + FRAMEWORK_ITEMS + SDK_ITEMS + OLD + MUXED_ITEMS
_CHANGES = (
    ('"hush"', '"louder"'),
    ("port = 80", "port = 81"),
    ('"after-', '"next-'),
    (MUXED_ITEMS, MUXED_MOVED),
)
_CHANGES_OF_IDENTIFIED = (
    ('"hush"', '"louder"'),
    ('"made', '"next'),
    ('{ name = "taken" }', '{\n  name  = "taken"\n  value = "new"\n}'),
    (MUXED_ITEMS, MUXED_MOVED),
)


def life(host: str) -> Case:
    """Older items and new ones; then changed, renamed, moved to another provider, and destroyed."""
    after = _changed(_CHANGES)
    files = {"main.tf": _BEFORE, "terraform.tfstate": old_state(host, "framework", "sdk"), **OLD_ITEMS}
    steps = (PLAN, SHOW, APPLY, {"main.tf": after}, PLAN, APPLY, DESTROY)
    return Case("life", files, steps, since=_WRITE_ONLY, says="Weak password")


def life_before_write_only(host: str) -> Case:
    """The same for older programs, without what they don't know: moves to another provider too."""
    case = life(host)
    files, after = _older(case.files), _older({"main.tf": _changed(_CHANGES[:-1])})
    steps = [after if isinstance(step, Mapping) else step for step in case.steps]
    name = "life before write-only"
    return replace(case, name=name, files=files, steps=steps, since={}, before=_WRITE_ONLY)


def _changed(changes: Iterable[tuple[str, str]], before: str = _BEFORE) -> str:
    after = before
    for old, new in changes:
        after = after.replace(old, new)
    return after


def _older(files: Mapping[str, str]) -> Mapping[str, str]:
    return {name: without_ephemeral(text) for name, text in files.items()}


def write_only_unknown(_host: str) -> Case:
    """A write-only argument is refused by its provider where the program does not know such ones."""
    files = {"main.tf": requirement("framework") + FRAMEWORK + _WRITTEN}
    says = "WriteOnly Attribute Not Allowed"
    return Case("write-only unknown", files, (PLAN,), codes=(1,), before=_WRITE_ONLY, says=says)


_WRITE_ONLY = {"terraform": "1.11", "tofu": "1.11"}
_WRITTEN = """
resource "framework_item" "one" {
  name               = "one"
  passphrase         = "hunter2"
  passphrase_version = 1
}
"""

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
_WRONG = FRAMEWORK.replace("endpoint", 'account = "wrong"\n  endpoint') + SDK.replace(
    'password = "weak"', 'account = "closed"'
)


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


def identities(host: str) -> Case:
    """Imports by identity, identities of an older version, and what becomes of them."""
    before = PROVIDERS + BY_IDENTITY + IDENTIFIED + MUXED_ITEMS
    files = {"main.tf": before, "terraform.tfstate": old_state(host, "framework", "sdk"), **OLD_ITEMS}
    refresh, destroy = ("plan", "-refresh-only", *PLAN[1:]), ("plan", "-destroy", *PLAN[1:])
    steps: list[Step] = [PLAN, SHOW, APPLY, CHANGED_ITEM, refresh, SHOW]
    steps += [{"main.tf": _changed(_CHANGES_OF_IDENTIFIED, before)}, PLAN, SHOW, APPLY, destroy, SHOW, APPLY]
    since = {"terraform": "1.12", "tofu": "1.12"}
    return Case("identities", files, steps, since=since, reads=True)


def actions(_host: str) -> Case:
    """Actions after a change, and called for alone; beside a query, which these commands don't read."""
    main = requirement("framework") + FRAMEWORK + ACTION
    call = ("plan", "-json", "-input=false", "-invoke=action.framework_mark.noted", "-out=PLAN")
    return Case(
        "actions",
        {"main.tf": main, "items.tfquery.hcl": QUERY},
        (PLAN, SHOW, APPLY, call, SHOW, APPLY),
        since={"terraform": "1.14"},
        says="marked one",
    )


CASES = {
    life: ("framework", "sdk", "muxed"),
    life_before_write_only: ("framework", "sdk", "muxed"),
    write_only_unknown: ("framework",),
    errors: ("framework", "sdk"),
    identities: ("framework", "sdk", "muxed"),
    actions: ("framework",),
}
"""Each with the providers that its stack names."""
