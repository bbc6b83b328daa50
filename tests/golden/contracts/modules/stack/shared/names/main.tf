variable "name" { type = string }

output "name" { value = var.name }

resource "random_pet" "name" {}
