module "discovery" {
  source = "../"

  name     = "acme"
  address  = "https://consul.example.com:8501"
  services = ["app", "worker"]
  callers  = { app = ["worker"] }
  config   = { "app/page_size" = "50" }

  login = {
    auth_method = "aws"
    account_id  = "123456789012"
    role_name   = "client-acme-service"
  }

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "discovery"
    ManagedBy = "cellwright"
  }
}
