terraform {
  required_version = ">= 1.9"
}

module "circle" {
  source = "../names"
}

ephemeral "aws_secret" "x" {}
