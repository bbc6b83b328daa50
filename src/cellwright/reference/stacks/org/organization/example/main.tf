module "organization" {
  source = "../"

  name             = "medloop"
  region           = "us-east-1"
  policy_targets   = ["ou-ab12-11111111"]
  regions          = ["eu-west-1", "us-east-1"]
  audit_account_id = "666677778888"

  trail = {
    bucket      = "medloop-archive-555566667777"
    kms_key_arn = "arn:aws:kms:us-east-1:555566667777:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }

  alarm_emails   = ["security@example.com"]
  record_buckets = ["medloop-access-*", "medloop-audit-*", "medloop-config-*"]

  tags = {
    Client    = "shared"
    Cell      = "management"
    Fleet     = "medloop"
    Level     = "org"
    Stack     = "organization"
    ManagedBy = "terraform"
  }
}
