module "secrets" {
  source = "../"

  name             = "acme"
  address          = "https://vault.example.com:8200"
  service_role_arn = "arn:aws:iam::123456789012:role/client-acme-service"
  token_cidrs      = ["10.16.0.0/16"]

  operators = {
    mount_accessor = "auth_oidc_0123abcd"
    group          = "client-acme-admins"
  }

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "secrets"
    ManagedBy = "cellwright"
  }
}
