variable "password" {
  type      = string
  default   = "hunter3-canary"
  sensitive = true
}

resource "terraform_data" "x" {
  input = {
    same     = "same"
    replicas = 6
    password = var.password
    tags     = { Name = "acme", new = null }
    zones    = ["a", "b", "c"]
    rules    = [{ port = 80, open = false }]
  }
}

output "replicas" {
  value = terraform_data.x.input.replicas
}
