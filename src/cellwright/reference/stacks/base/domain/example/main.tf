module "domain" {
  source = "../"

  name          = "prod-use1"
  region        = "us-east-1"
  zone_name     = "prod-use1.apps.example.com"
  violations_to = "security@example.com"

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "base"
    Stack     = "domain"
    ManagedBy = "terraform"
  }
}
