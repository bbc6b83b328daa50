data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_organizations_organization" "this" {
  count = var.manage ? 0 : 1
}

locals {
  account         = data.aws_caller_identity.this.account_id
  partition       = data.aws_partition.this.partition
  organization_id = var.manage ? aws_organizations_organization.this[0].id : data.aws_organizations_organization.this[0].id
}

# AWS allows one organisation; import the one that is there: `terraform import 'aws_organizations_organization.this[0]' ID`.
resource "aws_organizations_organization" "this" {
  count = var.manage ? 1 : 0

  feature_set          = "ALL"
  enabled_policy_types = ["RESOURCE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY"]
  aws_service_access_principals = concat(
    ["cloudtrail.amazonaws.com", "guardduty.amazonaws.com", "securityhub.amazonaws.com", "sso.amazonaws.com"],
    sort(var.delegated_services),
  )

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_organizations_delegated_administrator" "this" {
  for_each = var.delegated_services

  account_id        = var.audit_account_id
  service_principal = each.key

  depends_on = [aws_organizations_organization.this]
}

resource "aws_guardduty_organization_admin_account" "this" {
  admin_account_id = var.audit_account_id

  depends_on = [aws_organizations_organization.this]
}

resource "aws_securityhub_organization_admin_account" "this" {
  admin_account_id = var.audit_account_id

  depends_on = [aws_organizations_organization.this]
}

# One record of all accounts, which none of them can touch.
resource "aws_cloudtrail" "this" {
  #checkov:skip=CKV_AWS_252:alarms on the trail's log group tell people; a message for each file would tell nobody anything
  #checkov:skip=CKV2_AWS_10:it writes into the log group of alarms.tf; the rule does not follow an object that may be null
  count = var.trail == null ? 0 : 1

  name                          = var.name
  s3_bucket_name                = var.trail.bucket
  kms_key_id                    = var.trail.kms_key_arn
  is_organization_trail         = true
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.trail[0].arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.trail[0].arn

  advanced_event_selector {
    name = "Management"

    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }

  dynamic "advanced_event_selector" {
    for_each = length(var.trail.record_data) == 0 ? [] : ["Objects"]

    content {
      name = advanced_event_selector.value

      field_selector {
        field  = "eventCategory"
        equals = ["Data"]
      }

      field_selector {
        field  = "resources.type"
        equals = ["AWS::S3::Object"]
      }

      field_selector {
        field       = "resources.ARN"
        starts_with = [for prefix in var.trail.record_data : "arn:${local.partition}:s3:::${prefix}"]
      }
    }
  }

  depends_on = [aws_organizations_organization.this, aws_iam_role_policy.trail]
}
