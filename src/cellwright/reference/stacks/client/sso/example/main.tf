module "sso" {
  source = "../"

  name                      = "acme"
  redirect_uris             = ["https://acme.example.com/callback"]
  post_logout_redirect_uris = ["https://acme.example.com/"]
  jwks_uri                  = "https://acme.example.com/.well-known/jwks.json"

  groups = {
    admins     = "Administrate the app"
    clinicians = "See patients' records"
  }

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "sso"
    ManagedBy = "cellwright"
  }
}
