resource "terraform_data" "x" {}
data "terraform_remote_state" "x" {
  backend = "local"
  config  = { path = "${terraform_data.x.id}.tfstate" }
}
