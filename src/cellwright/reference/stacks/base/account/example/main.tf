module "account" {
  source = "../"

  name   = "prod-use1"
  fleet  = "medloop"
  region = "us-east-1"
  alias  = "medloop-prod"

  alarm_emails = ["security@example.com"]

  trusted_principals = {
    auditor     = ["arn:aws:iam::123456789012:role/auditors"]
    deployer    = ["arn:aws:iam::123456789012:role/pipeline"]
    break_glass = ["arn:aws:iam::123456789012:user/emergency"]
  }

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "base"
    Stack     = "account"
    ManagedBy = "terraform"
  }
}
