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
