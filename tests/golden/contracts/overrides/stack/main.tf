terraform {
  required_version = ">= 1.0"
  required_providers {
    aws    = { source = "hashicorp/aws", version = "~> 4.0" }
    random = { source = "hashicorp/random" }
  }
}

variable "size" {
  type        = string
  description = "Kept from here."
}

output "size" {
  value = var.size
}

module "inner" {
  source = "./one"
}
