"""The stack of the providers in Go: one of everything that they have."""

import json
import re
from collections.abc import Mapping

from contract.relay.go.laboratory import requirement

FRAMEWORK = """
provider "framework" {
  folder = "store"
  endpoint { service = "items" }
}
"""
SDK = """
provider "sdk" {
  folder   = "sdk-store"
  password = "weak"
  endpoint { service = "items" }
}
"""
MUXED = """
provider "muxed" { folder = "store" }
"""
PROVIDERS = requirement("framework", "sdk", "muxed") + FRAMEWORK + SDK + MUXED
FRAMEWORK_ITEMS = """
variable "passphrase" {
  ephemeral = true
  default   = "hunter2"
}
resource "framework_item" "one" {
  name       = "one"
  secret     = "hush"
  passphrase = var.passphrase
  tags       = { kind = "test" }
  anything   = { list = [1, "two", true], none = null }
  options    = { zones = ["b", "a"], key = "sesame" }

  passphrase_version = 1
  rule { port = 80 }
  rule {
    port     = 53
    protocol = "udp"
  }
}
resource "framework_item" "after" {
  for_each = toset(["a", "b"])
  name     = "after-${each.key}"
  value    = framework_item.one.id
}
data "framework_item" "one" {
  name = framework_item.one.name
}
ephemeral "framework_token" "token" { name = "token" }
provider "framework" {
  alias    = "token"
  folder   = "store"
  account  = "second"
  password = ephemeral.framework_token.token.token
}
resource "framework_item" "second" {
  provider = framework.token
  name     = "second"
}
output "found" { value = data.framework_item.one }
output "loud" { value = provider::framework::shout("hello", framework_item.one.id) }
output "made" { value = [framework_item.one.made_by, framework_item.second.made_by] }
"""
SDK_ITEMS = """
resource "sdk_item" "one" {
  name       = "one"
  secret     = "hush"
  passphrase = var.passphrase
  tags       = { kind = "test" }

  passphrase_version = 1
  rule { port = 80 }
  rule {
    port     = 53
    protocol = "udp"
  }
}
resource "sdk_item" "after" {
  count = 2
  name  = "after-${count.index}"
  value = sdk_item.one.made_by
}
data "sdk_item" "one" {
  name = sdk_item.one.name
}
output "also_found" { value = data.sdk_item.one }
"""
MUXED_ITEMS = """
resource "muxed_item" "framework" { name = "framework" }
resource "muxed_thing" "sdk" {
  name  = "sdk"
  value = muxed_item.framework.id
}
"""
MUXED_MOVED = """
resource "framework_item" "moved" { name = "framework" }
moved {
  from = muxed_item.framework
  to   = framework_item.moved
}
resource "muxed_thing" "sdk" { name = "sdk" }
"""
OLD = """
import {
  to = framework_item.taken
  id = "taken"
}
resource "framework_item" "taken" { name = "taken" }
resource "framework_item" "old" { name = "old" }
import {
  to = sdk_item.taken
  id = "taken"
}
resource "sdk_item" "taken" { name = "taken" }
resource "sdk_item" "old" { name = "old" }
"""
BY_IDENTITY = """
import {
  to       = framework_item.taken
  identity = { name = "taken" }
}
resource "framework_item" "taken" { name = "taken" }
import {
  to       = sdk_item.taken
  identity = { name = "taken" }
}
resource "sdk_item" "taken" { name = "taken" }
"""
IDENTIFIED = """
resource "framework_item" "old" { name = "old" }
resource "framework_item" "made" {
  name   = "made"
  secret = "hush"
}
resource "sdk_item" "old" { name = "old" }
resource "sdk_item" "made" {
  for_each = toset(["a", "b"])
  name     = "made-${each.key}"
}
"""
ACTION = """
resource "framework_item" "one" {
  name = "one"
  lifecycle {
    ignore_changes = [tags]
    action_trigger {
      events  = [after_create]
      actions = [action.framework_mark.noted]
    }
  }
}
action "framework_mark" "noted" {
  config {
    name = "one"
    note = "noted"
  }
}
"""
QUERY = """
list "framework_item" "all" {
  provider = framework
  config { prefix = "o" }
}
"""
_OLD_IDENTITY = {"identity_schema_version": 0, "identity": {"name": "old"}}
_OLD_ITEM = '{"value": "old", "tags": {"kind": "old"}, "made_by": "somebody"}'
OLD_ITEMS = {
    f"{folder}/default/{name}.json": _OLD_ITEM
    for folder in ("store", "sdk-store")
    for name in ("taken", "old")
}
"""What is in the accounts before anything was applied."""
CHANGED_ITEM = {"store/default/taken.json": _OLD_ITEM.replace('"value": "old"', '"value": "changed"')}


def old_state(host: str, *names: str) -> str:
    """A state of older versions of some providers: version 0 of their resources' schemas and identities."""
    resources = [_old_resource(host, name) for name in names]
    state = {"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "one", "outputs": {}}
    return json.dumps(state | {"resources": resources})


def _old_resource(host: str, name: str) -> Mapping[str, object]:
    attributes = {"name": "old", "content": "before"}
    if name == "sdk":
        # The SDK has it in every resource.
        attributes["id"] = "1"
    return {
        "mode": "managed",
        "type": f"{name}_item",
        "name": "old",
        "provider": f'provider["{host}/cellwright/{name}"]',
        "instances": [{"schema_version": 0, "attributes": attributes, **_OLD_IDENTITY}],
    }


def without_ephemeral(text: str) -> str:
    """Leave out ephemeral values and write-only arguments, which older programs do not know."""
    text = re.sub(r'^variable "passphrase" \{.*?^\}\n', "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^ephemeral .*\n|^ *passphrase\w* *=.*\n", "", text, flags=re.MULTILINE)
    return text.replace("ephemeral.framework_token.token.token", '"token"')
