terraform {
  required_providers {
    aws    = ["hashicorp/aws"]
    random = { source = local.random }
  }
}

variable "kind" { type = strng }

variable "flag" { sensitive = var.kind }

variable "twice" {}

variable "twice" { type = object({ a = lst(string) }) }

output "twice" { value = 1 }

output "twice" { value = 2 }

module "nameless" {}

module "number" { source = 1 }
