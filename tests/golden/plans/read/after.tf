resource "terraform_data" "file" {
  input = "none.tfstate"
}

data "terraform_remote_state" "later" {
  backend = "local"
  config  = { path = terraform_data.file.output }
  defaults = { vpc = "none" }
}

output "vpc" {
  value = data.terraform_remote_state.later.outputs.vpc
}
