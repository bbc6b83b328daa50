terraform {
  required_providers {
    terraform = { source = "terraform.io/builtin/terraform" }
  }
}
resource "terraform_data" "x" { input = provider::terraform::encode_expr({ a = 0.1 }) }

variable "once" {
  type      = string
  ephemeral = true
}
locals { used = var.once }
