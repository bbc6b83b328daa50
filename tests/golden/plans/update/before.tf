variable "password" {
  type      = string
  default   = "hunter2-canary"
  sensitive = true
}

resource "terraform_data" "x" {
  input = {
    same     = "same"
    replicas = 4
    password = var.password
    tags     = { Name = "acme", gone = "1" }
    zones    = ["a", "b"]
    rules    = [{ port = 80, open = true }]
  }
}

output "replicas" {
  value = terraform_data.x.input.replicas
}
