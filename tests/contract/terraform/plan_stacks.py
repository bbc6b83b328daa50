"""Stacks whose plans hold values of every shape and changes of every kind; no provider is installed."""

from collections.abc import Mapping

SHAPES: Mapping[str, str] = {
    "main.tf": r"""
terraform {
  required_providers {
    terraform = { source = "terraform.io/builtin/terraform" }
  }
}

variable "secret" {
  type      = string
  sensitive = true
  default   = "hunter2hunter2"
}

variable "plain" {
  type    = object({ size = number, names = optional(list(string), []) })
  default = { size = 1.5 }
}

resource "terraform_data" "numbers" {
  input = {
    whole    = 42
    negative = -0.5
    tenth    = 0.1
    third    = 1 / 3
    beyond   = 9007199254740993
    int64    = 9223372036854775807
    over64   = 9223372036854775808
    huge     = 123456789012345678901234567890123456789012345678901234567890
    large    = 1e30
    small    = 1e-30
    exact    = 0.000030517578125
    zero     = 0
    text     = "0.1"
    list     = tolist([0.1, 2, 3.75])
    set      = toset([0.1, 2, 1e30])
  }
}

resource "terraform_data" "texts" {
  input = {
    empty  = ""
    quotes = "a \"b\" 'c' \\ $${x} %%{y}"
    lines  = "one\ntwo\ttabs\r\n"
    wide   = "späte Grüße 日本 \U0001F600"
    html   = "<a href=\"x\">&amp;</a>"
    long   = join("", [for i in range(300) : "0123456789"])
    zero   = "\u0000"
  }
}

resource "terraform_data" "empty" {
  input = {
    null         = null
    empty_object = {}
    empty_tuple  = []
    empty_list   = tolist([])
    strings      = tolist(toset([]))
    empty_map    = tomap({})
    empty_set    = toset([])
    nested       = [[], {}, [null], [{}], { a = null }]
    yes          = true
    no           = false
  }
}

resource "terraform_data" "null" {
  input            = null
  triggers_replace = tostring(null)
}

resource "terraform_data" "nothing" {}

resource "terraform_data" "unknown" {
  input = {
    id      = terraform_data.nothing.id
    text    = "id-${terraform_data.nothing.id}"
    length  = length(terraform_data.nothing.id)
    flag    = terraform_data.nothing.id == "x"
    list    = [1, terraform_data.nothing.id, null]
    strings = tolist(["a", terraform_data.nothing.id])
    map     = tomap({ a = "b", c = terraform_data.nothing.id })
    set     = toset(["a", terraform_data.nothing.id])
    deep    = [{ a = [{ b = terraform_data.nothing.id, c = 1 }] }, [[terraform_data.nothing.id]]]
    split   = split("-", terraform_data.nothing.id)
    dynamic = terraform_data.nothing.output
    keys    = { for id in [terraform_data.nothing.id] : "k" => id }
    maybe   = terraform_data.nothing.id == "x" ? tomap({ a = "1" }) : tomap({})
    objects = toset([{ id = terraform_data.nothing.id, n = 0.1 }, { id = "x", n = 2 }])
    least   = [for i in range(3) : terraform_data.nothing.id]
    bytes   = formatlist("%s", terraform_data.nothing.id)
  }
}

resource "terraform_data" "unknown_whole" {
  input            = terraform_data.nothing.id
  triggers_replace = [terraform_data.nothing.id, 0.1]
}

resource "terraform_data" "unknown_map" {
  input = zipmap([terraform_data.nothing.id], ["x"])
}

resource "terraform_data" "unknown_list" {
  input = split(",", terraform_data.nothing.id)
}

resource "terraform_data" "sensitive" {
  input = {
    text    = var.secret
    inside  = { a = { b = var.secret, c = 1 } }
    list    = ["open", var.secret]
    strings = tolist(["open", var.secret])
    map     = tomap({ open = "x", closed = var.secret })
    set     = toset(["open", var.secret])
    objects = [{ a = 1 }, { a = sensitive(2) }]
    whole   = sensitive({ a = 1, b = [1, 2] })
    empty   = sensitive({})
    null    = sensitive(null)
    unknown = sensitive(terraform_data.nothing.id)
    mixed   = [sensitive(terraform_data.nothing.id), 0.1]
    number  = sensitive(0.1)
  }
}

resource "terraform_data" "sensitive_whole" {
  input            = var.secret
  triggers_replace = var.secret
}

resource "terraform_data" "sensitive_map" {
  input = sensitive(tomap({ a = "b" }))
}

resource "terraform_data" "many" {
  count = 11
  input = count.index
}

resource "terraform_data" "keyed" {
  for_each = toset(["b", "a", "a.b", "x]y", "späte", "10", "9", "with space", "slash/x", "a[0]"])
  input    = each.key
}

resource "terraform_data" "provisioned" {
  input = "x"
  provisioner "local-exec" {
    command = "true"
  }
  lifecycle {
    precondition {
      condition     = var.secret != ""
      error_message = "never"
    }
    postcondition {
      condition     = self.id != ""
      error_message = "never"
    }
  }
}

module "one" {
  source = "./inner"
  name   = "one"
}

module "some" {
  source = "./inner"
  count  = 2
  name   = "some-${count.index}"
}

module "each" {
  source   = "./inner"
  for_each = { "k.1" = "a", "k 2" = "b" }
  name     = each.value
}

check "names" {
  assert {
    condition     = terraform_data.nothing.id != ""
    error_message = "never"
  }
}

output "known" { value = { a = [1, 0.1, null], b = toset(["x"]) } }
output "powers" { value = [pow(2, 100), pow(2, 63), pow(2, 64), pow(10, 40), pow(2, -30), -pow(2, 70)] }
output "null" { value = null }
output "empty" { value = [] }
output "number" { value = 0.1 }
output "text" { value = "0.1" }
output "unknown" { value = terraform_data.nothing.id }
output "partly" { value = [terraform_data.nothing.id, { a = terraform_data.nothing.id, b = 1 }] }
output "dynamic" { value = terraform_data.unknown.output }
output "set" { value = toset([terraform_data.nothing.id, "b"]) }
output "secret" {
  value     = { a = var.secret }
  sensitive = true
}
output "secret_unknown" {
  value     = terraform_data.nothing.id
  sensitive = true
}
output "resource" {
  value     = terraform_data.sensitive
  sensitive = true
}
output "module" { value = module.one.id }
""",
    "inner/main.tf": """
variable "name" {}
resource "terraform_data" "x" {
  input = var.name
}
module "deep" {
  source = "./deep"
  name   = terraform_data.x.id
}
output "id" { value = module.deep.id }
""",
    "inner/deep/main.tf": """
variable "name" {}
resource "terraform_data" "x" {
  for_each = toset(["p", "q"])
  input    = { name = var.name, key = each.key }
}
output "id" { value = terraform_data.x["p"].id }
""",
}

BEFORE: Mapping[str, str] = {
    "main.tf": """
variable "secret" {
  type      = string
  sensitive = true
  default   = "hunter2hunter2"
}

resource "terraform_data" "same" { input = "same" }
resource "terraform_data" "changed" { input = { a = 0.1, b = "x", list = [1, 2] } }
resource "terraform_data" "closed" { input = { a = "x", b = 1 } }
resource "terraform_data" "opened" { input = { a = var.secret, b = 1 } }
resource "terraform_data" "replaced" {
  input            = var.secret
  triggers_replace = { a = 1, b = var.secret }
}
resource "terraform_data" "replaced_first" {
  triggers_replace = [1]
  lifecycle { create_before_destroy = true }
}
resource "terraform_data" "broken" { input = "x" }
resource "terraform_data" "gone" { input = { a = var.secret, b = [0.1] } }
resource "terraform_data" "old_name" { input = "moved" }
resource "terraform_data" "old_changed" { input = "moved" }
resource "terraform_data" "forgotten" { input = var.secret }
resource "terraform_data" "counted" { count = 3 }
resource "terraform_data" "alone" {}
resource "terraform_data" "keyed" { for_each = toset(["a", "b"]) }
resource "terraform_data" "deposed" {
  triggers_replace = 1
  lifecycle { create_before_destroy = true }
}
resource "terraform_data" "follower" {
  triggers_replace = terraform_data.deposed.id
  provisioner "local-exec" { command = "true" }
}

module "gone" { source = "./inner" }
module "old" {
  source = "./inner"
  count  = 1
}

output "same" { value = 1 }
output "changed" { value = { a = 1 } }
output "typed" { value = ["a"] }
output "gone" { value = "x" }
output "opened" {
  value     = "x"
  sensitive = true
}
output "closed" { value = "x" }
""",
    "inner/main.tf": """
resource "terraform_data" "x" { input = 1 }
""",
}
"""What is applied first."""

AFTER: Mapping[str, str] = {
    "main.tf": """
variable "secret" {
  type      = string
  sensitive = true
  default   = "hunter2hunter2"
}

resource "terraform_data" "same" { input = "same" }
resource "terraform_data" "changed" { input = { a = 0.2, b = terraform_data.created.id, list = [2] } }
resource "terraform_data" "closed" { input = { a = sensitive("x"), b = 1 } }
resource "terraform_data" "opened" { input = { a = nonsensitive(var.secret), b = 1 } }
resource "terraform_data" "replaced" {
  input            = [var.secret, terraform_data.created.id]
  triggers_replace = { a = 2, b = var.secret }
}
resource "terraform_data" "replaced_first" {
  triggers_replace = terraform_data.created.id
  lifecycle { create_before_destroy = true }
}
resource "terraform_data" "broken" { input = "x" }
resource "terraform_data" "created" {}
resource "terraform_data" "new_name" { input = "moved" }
resource "terraform_data" "new_changed" { input = "moved and changed" }
resource "terraform_data" "counted" { count = 1 }
resource "terraform_data" "alone" { count = 2 }
resource "terraform_data" "keyed" { for_each = toset(["b", "c"]) }
resource "terraform_data" "deposed" {
  triggers_replace = 1
  lifecycle { create_before_destroy = true }
}
resource "terraform_data" "follower" { triggers_replace = terraform_data.deposed.id }
resource "terraform_data" "imported" { input = "x" }

moved {
  from = terraform_data.old_name
  to   = terraform_data.new_name
}
moved {
  from = terraform_data.old_changed
  to   = terraform_data.new_changed
}
moved {
  from = module.old[0]
  to   = module.new["k"]
}
removed {
  from = terraform_data.forgotten
  lifecycle { destroy = false }
}
import {
  to = terraform_data.imported
  id = "some-id"
}

module "new" {
  source   = "./inner"
  for_each = toset(["k"])
}

output "same" { value = 1 }
output "changed" { value = { a = 0.1, b = terraform_data.created.id } }
output "typed" { value = toset(["a"]) }
output "opened" { value = "x" }
output "closed" {
  value     = "x"
  sensitive = true
}
output "new" { value = terraform_data.created.id == "" ? 1 : null }
""",
    "inner/main.tf": """
resource "terraform_data" "x" { input = 1 }
""",
}
"""What it is changed to."""

FAILING: Mapping[str, str] = {
    **BEFORE,
    "main.tf": BEFORE["main.tf"].replace("replace = 1", "replace = 2").replace('"true"', '"false"'),
}
"""A change whose apply fails: it leaves an object that is to be destroyed, and a tainted resource."""
