terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.0" }
  }
}

variable "size" {
  type    = number
  default = 1
}

output "size" {
  sensitive = true
}
