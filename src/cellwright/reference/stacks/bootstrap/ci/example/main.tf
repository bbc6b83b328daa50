module "ci" {
  source = "../"

  name   = "medloop"
  region = "us-east-1"

  oidc = {
    issuer         = "https://token.actions.githubusercontent.com"
    apply_subjects = ["repo:medloop/fleet:environment:production"]
    plan_subjects  = ["repo:medloop/fleet:pull_request"]
  }

  state_bucket       = "medloop-state-123456789012"
  state_kms_key_arn  = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
  deployer_role_arns = ["arn:aws:iam::444455556666:role/cellwright/prod-use1-deployer"]

  tags = {
    Client    = "shared"
    Cell      = "tools"
    Fleet     = "medloop"
    Level     = "bootstrap"
    Stack     = "ci"
    ManagedBy = "terraform"
  }
}
