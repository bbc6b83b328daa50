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
