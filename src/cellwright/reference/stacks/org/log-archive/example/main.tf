module "archive" {
  source = "../"

  name                  = "log-archive"
  fleet                 = "medloop"
  region                = "us-east-1"
  organization_id       = "o-a1b2c3d4e5"
  management_account_id = "999900001111"
  trail_name            = "medloop"

  tags = {
    Client    = "shared"
    Cell      = "log-archive"
    Fleet     = "medloop"
    Level     = "org"
    Stack     = "log-archive"
    ManagedBy = "terraform"
  }
}
