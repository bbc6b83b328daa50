data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  arn_tail  = "${var.region}:${local.account}"
  iam       = "arn:${local.partition}:iam::${local.account}"

  own_trail = var.account_wide && var.trail

  # Written from names rather than taken from resources: so the first plan shows whole policies already.
  trail_name     = "${var.name}-audit"
  trail_arn      = "arn:${local.partition}:cloudtrail:${local.arn_tail}:trail/${local.trail_name}"
  log_bucket     = "${var.fleet}-audit-${local.account}-${var.region}"
  history_bucket = "${var.fleet}-config-${local.account}-${var.region}"
  access_bucket  = "${var.fleet}-access-${local.account}-${var.region}"
  log_arn        = "arn:${local.partition}:s3:::${local.log_bucket}"
  history_arn    = "arn:${local.partition}:s3:::${local.history_bucket}"
  access_arn     = "arn:${local.partition}:s3:::${local.access_bucket}"
  topic_name     = "${var.name}-alarms"
  topic_arn      = "arn:${local.partition}:sns:${local.arn_tail}:${local.topic_name}"

  # All that is recorded in buckets, and what lies in them.
  record_buckets = [local.log_bucket, local.history_bucket, local.access_bucket]
  record_arns    = flatten([for arn in [local.log_arn, local.history_arn, local.access_arn] : [arn, "${arn}/*"]])
}

# What there is once in an account, whatever its regions.

resource "aws_iam_account_alias" "this" {
  count = var.account_wide && var.alias != null ? 1 : 0

  account_alias = var.alias
}

resource "aws_iam_account_password_policy" "this" {
  #checkov:skip=CKV_AWS_9:90 days unless password_policy.max_age_days says otherwise, which the rule can't follow
  count = var.account_wide ? 1 : 0

  minimum_password_length        = var.password_policy.minimum_length
  max_password_age               = var.password_policy.max_age_days
  password_reuse_prevention      = var.password_policy.remembered
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = true
  allow_users_to_change_password = true
}

resource "aws_s3_account_public_access_block" "this" {
  count = var.account_wide ? 1 : 0

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# What there is once in each region.

resource "aws_guardduty_detector" "this" {
  #checkov:skip=CKV2_AWS_3:it is on in this account and region; the organisation's administrator is made by a stack of another level
  count = var.guardduty ? 1 : 0

  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"
}

resource "aws_accessanalyzer_analyzer" "this" {
  count = var.access_analyzer ? 1 : 0

  analyzer_name = var.name
  type          = "ACCOUNT"
}
