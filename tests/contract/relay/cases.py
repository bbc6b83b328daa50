"""Configurations of the test provider that must come out the same with the relay and without it."""

import json

from contract.relay.comparison import APPLY, PLAN, SHOW, Case
from contract.relay.laboratory import REQUIREMENT
from contract.relay.texts import BASE, ITEM, MAIN, NAMED, NAMES, provider

APPLY_NOW = ("apply", "-json", "-input=false", "-auto-approve")
DESTROY = ("destroy", "-json", "-input=false", "-auto-approve")

CASES = (
    Case("resource", {"main.tf": MAIN}, long=True),
    Case("no changes", {"main.tf": MAIN}, (APPLY_NOW, PLAN, SHOW), long=True),
    Case(
        "update and replace",
        {"main.tf": MAIN},
        (
            APPLY_NOW,
            {"main.tf": MAIN.replace('"first"', '"second"')},
            PLAN, SHOW, APPLY,
            {"main.tf": MAIN.replace('name  = "one"', 'name  = "two"')},
            PLAN, SHOW, APPLY,
        ),
        both=True,
        reads=True,
    ),
    Case(
        "data source",
        {"main.tf": MAIN + 'data "demo_lookup" "one" { name = demo_item.one.name }\n'
         'output "found" { value = data.demo_lookup.one.value }'},
        long=True,
    ),
    Case(
        "for_each and unknown values",
        {"main.tf": BASE + """
resource "demo_item" "each" {
  for_each = toset(["a", "b", "c"])
  name     = each.key
}
resource "demo_item" "after" {
  for_each = demo_item.each
  name     = "after-${each.key}"
  value    = each.value.id
}
output "ids" { value = [for item in demo_item.after : item.id] }
"""},
    ),
    Case(
        "modules",
        {
            "main.tf": BASE + 'module "inner" {\n  source = "./inner"\n  name   = "deep"\n}\n'
            'output "thing" { value = module.inner.id }',
            "inner/main.tf": REQUIREMENT + 'variable "name" {}\n'
            'resource "demo_thing" "in" { name = var.name }\n'
            'output "id" { value = demo_thing.in.id }',
        },
        both=True,
        long=True,
    ),
    Case(
        "aliases in two accounts",
        {"main.tf": REQUIREMENT + """
provider "demo" {
  store   = "store"
  account = "first"
}
provider "demo" {
  alias   = "other"
  store   = "store"
  account = "second"
}
resource "demo_item" "one" { name = "one" }
resource "demo_item" "two" {
  provider = demo.other
  name     = "two"
}
output "made" { value = [demo_item.one.made_by, demo_item.two.made_by] }
"""},
        both=True,
    ),
    Case(
        "a provider for each account",
        {"main.tf": REQUIREMENT + """
locals { accounts = toset(["first", "second"]) }
provider "demo" {
  alias    = "by"
  for_each = local.accounts
  store    = "store"
  account  = each.key
}
resource "demo_item" "one" {
  provider = demo.by["first"]
  name     = "one"
}
resource "demo_item" "two" {
  provider = demo.by["second"]
  name     = "two"
}
output "made" { value = [demo_item.one.made_by, demo_item.two.made_by] }
"""},
        since={"tofu": "1.9"},
        says="second/None",
    ),
    Case(
        "moved, import and removed blocks",
        {"main.tf": MAIN + 'resource "demo_item" "old" { name = "old" }\n'
         'resource "demo_item" "dropped" { name = "dropped" }'},
        (
            APPLY_NOW,
            {"main.tf": BASE + """
resource "demo_item" "renamed" {
  name  = "one"
  value = "first"
  tags  = { kind = "test" }
}
moved {
  from = demo_item.one
  to   = demo_item.renamed
}
resource "demo_thing" "new" { name = "old" }
moved {
  from = demo_item.old
  to   = demo_thing.new
}
removed {
  from = demo_item.dropped
  lifecycle { destroy = false }
}
import {
  to = demo_item.taken
  id = "dropped"
}
resource "demo_item" "taken" { name = "dropped" }
"""},
            PLAN, SHOW, APPLY,
        ),
        both=True,
        since={"terraform": "1.9", "tofu": "1.10"},
    ),
    Case(
        "import of nothing",
        {"main.tf": BASE + 'import {\n  to = demo_item.taken\n  id = "nothing"\n}\n'
         'resource "demo_item" "taken" { name = "nothing" }'},
        (PLAN,),
        codes=(1,),
        says="Nothing to import",
        long=True,
    ),
    Case(
        "an import by identity",
        {"main.tf": MAIN, "names.json": json.dumps(NAMES)},
        (
            APPLY_NOW,
            {"main.tf": BASE + ITEM + NAMED + """
import {
  to       = demo_thing.taken
  identity = { name = "one" }
}
resource "demo_thing" "taken" {
  name  = "one"
  value = "first"
  tags  = { kind = "test" }
}
"""},
            PLAN, SHOW, APPLY, PLAN, SHOW, DESTROY,
        ),
        since={"terraform": "1.12", "tofu": "1.12"},
        reads=True,
    ),
    Case(
        "a write-only argument",
        {"main.tf": BASE + 'resource "demo_safe" "one" {\n  name   = "one"\n  phrase = "open sesame"\n}\n'
         'output "seal" { value = demo_safe.one.seal }'},
        (PLAN, SHOW, APPLY, ("output", "-json"), PLAN, SHOW),
        since={"terraform": "1.11", "tofu": "1.11"},
    ),
    Case(
        "an action",
        {"main.tf": BASE + """
action "demo_ring" "bell" {
  config { bell = "Great Tom" }
}
resource "demo_item" "one" {
  name = "one"
  lifecycle {
    action_trigger {
      events  = [before_create]
      actions = [action.demo_ring.bell]
    }
  }
}
"""},
        since={"terraform": "1.14"},
        says="ringing Great Tom",
    ),
    Case(
        "provider functions",
        {"main.tf": MAIN + 'output "loud" { value = provider::demo::shout("hello") }'},
        both=True,
    ),
    Case(
        "a provider function that fails",
        {"main.tf": MAIN + 'output "loud" { value = provider::demo::shout("silence") }'},
        (PLAN,),
        codes=(1,),
        says="There is no louder silence",
        long=True,
    ),
    Case(
        "sensitive values",
        {"main.tf": REQUIREMENT + 'variable "password" {\n  sensitive = true\n  default   = "hunter2"\n}\n'
         'provider "demo" {\n  store    = "store"\n  password = var.password\n}\n'
         'resource "demo_item" "one" {\n  name   = "one"\n  secret = var.password\n}\n'
         'output "secret" {\n  sensitive = true\n  value     = demo_item.one.secret\n}'},
    ),
    Case(
        "an ephemeral value in a provider configuration",
        {"main.tf": BASE + ITEM + """
ephemeral "demo_token" "t" { name = "x" }
provider "demo" {
  alias    = "token"
  store    = "store"
  password = ephemeral.demo_token.t.token
}
resource "demo_item" "two" {
  provider = demo.token
  name     = "two"
}
"""},
        since={"terraform": "1.10", "tofu": "1.11"},
    ),
    Case(
        "an ephemeral value in a local",
        {"main.tf": BASE + ITEM + 'ephemeral "demo_token" "t" { name = "x" }\n'
         'locals { token = ephemeral.demo_token.t.token }\n'},
        since={"terraform": "1.10", "tofu": "1.11"},
        long=True,
    ),
    Case("destroy", {"main.tf": MAIN}, (APPLY_NOW, DESTROY), long=True),
    Case(
        "planned destroy",
        {"main.tf": MAIN},
        (APPLY_NOW, ("plan", "-json", "-destroy", "-out=PLAN"), SHOW, APPLY),
        long=True,
    ),
    Case(
        "refresh only",
        {"main.tf": MAIN},
        (APPLY_NOW,
         {"store/default/one.json": '{"value": "drifted", "tags": null, "made_by": ""}'},
         ("plan", "-json", "-refresh-only", "-out=PLAN"), SHOW, APPLY),
        long=True,
    ),
    Case(
        "an object that is gone",
        {"main.tf": MAIN},
        (APPLY_NOW, {"store/default/one.json": None}, PLAN, SHOW, APPLY),
        long=True,
    ),
    Case(
        "targeted",
        {"main.tf": MAIN + 'resource "demo_item" "other" { name = "other" }'},
        (("plan", "-json", "-target=demo_item.one", "-out=PLAN"), SHOW, APPLY),
        long=True,
    ),
    Case(
        "a type only in the state",
        {"main.tf": MAIN + 'resource "demo_thing" "gone" { name = "gone" }'},
        (APPLY_NOW, {"main.tf": MAIN}, PLAN, SHOW, APPLY),
        both=True,
        long=True,
    ),
    Case(
        "a provider configuration error",
        {"main.tf": REQUIREMENT + provider('role = "wrong"') + ITEM},
        (PLAN,),
        codes=(1,),
        says="'wrong' is no role",
        both=True,
    ),
    Case(
        "a provider configuration warning",
        {"main.tf": REQUIREMENT + provider('role = "old"') + ITEM},
        (PLAN, SHOW, APPLY),
        says="Deprecated role",
        both=True,
        long=True,
    ),
    Case(
        "a provider that cannot be configured",
        {"main.tf": REQUIREMENT + provider('account = "closed"') + ITEM},
        (PLAN,),
        codes=(1,),
        says="The account 'closed' is closed",
        long=True,
    ),
    Case(
        "a missing provider argument",
        {"main.tf": REQUIREMENT + 'provider "demo" {}' + ITEM},
        (PLAN,),
        codes=(1,),
        says="store",
        long=True,
    ),
    Case(
        "a resource validation error",
        {"main.tf": BASE + 'resource "demo_item" "one" { name = "" }'},
        (("validate", "-json"), PLAN),
        codes=(1, 1),
        says="An item needs a name",
        long=True,
    ),
    Case(
        "a resource validation warning",
        {"main.tf": MAIN.replace("first", "dubious")},
        says="Dubious value",
        long=True,
    ),
    Case(
        "an argument that does not exist",
        {"main.tf": BASE + 'resource "demo_item" "one" {\n  name = "one"\n  nmae = "two"\n}'},
        (PLAN,),
        codes=(1,),
        says="Unsupported argument",
        long=True,
    ),
    Case(
        "a type that does not exist",
        {"main.tf": BASE + 'resource "demo_itme" "one" { name = "one" }'},
        (PLAN,),
        codes=(1,),
        says="demo_itme",
        long=True,
    ),
    Case(
        "a data source used as a resource",
        {"main.tf": BASE + 'resource "demo_lookup" "one" { name = "one" }'},
        (PLAN,),
        codes=(1,),
        says="Did you intend to use",
        long=True,
    ),
    Case(
        "an API error",
        {"main.tf": MAIN.replace('name  = "one"', 'name  = "refused"')},
        (PLAN, SHOW, APPLY),
        codes=(0, 0, 1),
        says="AccessDenied",
        both=True,
    ),
    Case(
        "throttling",
        {"main.tf": MAIN.replace('name  = "one"', 'name  = "throttled"')},
        (PLAN, SHOW, APPLY, PLAN, SHOW, APPLY),
        codes=(0, 0, 1, 0, 0, 0),
        says="Throttling: Rate exceeded",
    ),
    Case(
        "a provider that dies",
        {"main.tf": MAIN.replace('name  = "one"', 'name  = "deadly"')},
        (PLAN, SHOW, APPLY),
        codes=(0, 0, 1),
        says="ApplyResourceChange",
    ),
    Case(
        "a large value",
        {"main.tf": MAIN + 'resource "demo_item" "large" {\n  name  = "large"\n'
         '  value = format("%03000000d", 7)\n}'},
        (PLAN, APPLY, ("output", "-json")),
        both=True,
    ),
    Case(
        "show, refresh and validate",
        {"main.tf": MAIN},
        (APPLY_NOW, ("show", "-json"), ("refresh", "-no-color"), ("validate", "-json")),
    ),
)  # fmt: skip
