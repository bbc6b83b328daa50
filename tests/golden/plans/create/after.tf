variable "password" {
  type      = string
  default   = "hunter2-canary"
  sensitive = true
}

resource "terraform_data" "first" {
  input = { name = "acme", password = var.password, ports = [80, 443] }
}

resource "terraform_data" "second" {
  count = 2
  input = "${terraform_data.first.id}-${count.index}"
}

output "id" {
  value = terraform_data.first.id
}

output "password" {
  value     = var.password
  sensitive = true
}
