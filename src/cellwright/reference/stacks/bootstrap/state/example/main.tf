module "state" {
  source = "../"

  name   = "medloop"
  region = "us-east-1"
  bucket = "medloop-state-123456789012"

  user_arns       = ["arn:aws:iam::444455556666:role/pipeline"]
  organization_id = "o-a1b2c3d4e5"

  tags = {
    Client    = "shared"
    Cell      = "tools"
    Fleet     = "medloop"
    Level     = "bootstrap"
    Stack     = "state"
    ManagedBy = "terraform"
  }
}
