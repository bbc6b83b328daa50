variable "name" {}
resource "terraform_data" "x" {
  input = var.name
}
module "deep" {
  source = "./deep"
  name   = terraform_data.x.id
}
output "id" { value = module.deep.id }
