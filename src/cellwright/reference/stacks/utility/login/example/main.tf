module "login" {
  source = "../"

  name           = "prod-use1"
  region         = "us-east-1"
  vault_role_arn = "arn:aws:iam::222233334444:role/tools-vault"

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "login"
    ManagedBy = "terraform"
  }
}
