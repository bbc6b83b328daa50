module "audit" {
  source = "../"

  name   = "audit"
  region = "us-east-1"

  tags = {
    Client    = "shared"
    Cell      = "audit"
    Fleet     = "medloop"
    Level     = "org"
    Stack     = "audit"
    ManagedBy = "terraform"
  }
}
