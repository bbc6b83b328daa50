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
