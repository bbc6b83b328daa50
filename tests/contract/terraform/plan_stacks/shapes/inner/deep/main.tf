variable "name" {}
resource "terraform_data" "x" {
  for_each = toset(["p", "q"])
  input    = { name = var.name, key = each.key }
}
output "id" { value = terraform_data.x["p"].id }
