terraform {
  required_version = ">= 1.9"
}

module "beside" {
  source = "../shared/names"
  name   = "x"
}

module "inside" {
  source   = "./modules/inner"
  for_each = toset(["a", "b"])
}

module "registry" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.0.0"
}

module "git" {
  source = "git::https://git.example.com/modules.git//vpc?ref=v1"
}

variable "name" { type = string }

output "name" { value = module.beside.name }
