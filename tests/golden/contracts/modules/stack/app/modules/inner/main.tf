terraform {
  required_version = ">= 1.5, < 2.0"
}

module "deep" {
  source = "../../../shared/deep"
}

module "deep_again" {
  source = "./../../../shared/deep/"
}

variable "not_of_the_stack" { type = string }

data "aws_region" "here" {}
