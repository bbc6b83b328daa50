variable "password" {
  type      = string
  default   = "hunter2-canary"
  sensitive = true
}

resource "terraform_data" "x" {
  input = [var.password, "visible"]
}

output "x" {
  value     = terraform_data.x.input
  sensitive = true
}
