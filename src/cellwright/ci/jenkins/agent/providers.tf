# The providers of the fleet's stacks, in the versions of their lock files: the image has them.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}
