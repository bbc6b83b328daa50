module "registry" {
  source = "../"

  name   = "medloop"
  region = "us-east-1"

  pull_account_ids = ["444455556666"]

  tags = {
    Client    = "shared"
    Cell      = "tools"
    Fleet     = "medloop"
    Level     = "bootstrap"
    Stack     = "registry"
    ManagedBy = "terraform"
  }
}
