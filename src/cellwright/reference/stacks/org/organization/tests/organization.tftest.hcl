mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "999900001111" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_organizations_organization" {
    defaults = { id = "o-a1b2c3d4e5" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:999900001111:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:999900001111:log-group:/audit/medloop/organization" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::999900001111:role/medloop/shared/medloop-organization-trail" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:999900001111:medloop-organization-alarms" }
  }
}

variables {
  name             = "medloop"
  region           = "us-east-1"
  policy_targets   = ["ou-ab12-11111111"]
  audit_account_id = "666677778888"

  tags = {
    Client    = "shared"
    Cell      = "management"
    Fleet     = "medloop"
    Level     = "org"
    Stack     = "organization"
    ManagedBy = "cellwright"
  }
}

run "an_organization_that_others_hold_is_only_looked_up" {
  command = plan

  assert {
    condition     = length(aws_organizations_organization.this) == 0 && output.organization_id == "o-a1b2c3d4e5"
    error_message = "Control Tower's organisation would be taken over."
  }

  assert {
    condition     = length(aws_cloudtrail.this) == 0 && length(aws_cloudwatch_metric_alarm.this) == 0
    error_message = "Control Tower has a trail already, and nothing is watched here."
  }

  assert {
    condition     = length(aws_organizations_policy_attachment.services) == 1 && length(aws_organizations_policy_attachment.resources) == 1
    error_message = "A policy that is attached to nothing limits nobody."
  }

  assert {
    condition     = length(aws_organizations_policy.services.content) <= 5120 && length(aws_organizations_policy.resources.content) <= 5120
    error_message = "AWS takes 5,120 characters."
  }
}

run "the_trail_is_of_all_accounts_and_regions" {
  command = plan

  variables {
    trail = {
      bucket      = "medloop-archive-555566667777"
      kms_key_arn = "arn:aws:kms:us-east-1:555566667777:key/1234abcd-12ab-34cd-56ef-1234567890ab"
      record_data = ["medloop-"]
    }
  }

  assert {
    condition     = aws_cloudtrail.this[0].is_organization_trail && aws_cloudtrail.this[0].is_multi_region_trail && aws_cloudtrail.this[0].enable_log_file_validation
    error_message = "It records this account alone."
  }
}

run "what_each_account_was_warned_of_is_watched_in_all_of_them" {
  command = apply # ARNs are known then

  variables {
    trail = {
      bucket      = "medloop-archive-555566667777"
      kms_key_arn = "arn:aws:kms:us-east-1:555566667777:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
    record_buckets = ["medloop-audit-*"]
    alarm_emails   = ["security@example.com"]
    alarm_patterns = { network-loss = "{ $.eventName = \"DeleteVpc\" }" }
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.this) == keys(aws_cloudwatch_log_metric_filter.this) && length(aws_cloudwatch_metric_alarm.this) == 14
    error_message = "Each pattern has its alarm: ${jsonencode(keys(aws_cloudwatch_metric_alarm.this))}"
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset([output.alarm_topic_arn])])
    error_message = "An alarm tells nobody."
  }

  assert {
    condition     = alltrue([for bucket in ["medloop-archive-555566667777", "medloop-audit-*"] : strcontains(aws_cloudwatch_log_metric_filter.this["record-tampering"].pattern, "\"${bucket}\"")])
    error_message = "Records may be changed unseen."
  }

  assert {
    condition     = alltrue([for filter in aws_cloudwatch_log_metric_filter.this : length(filter.pattern) <= 1024])
    error_message = "CloudWatch takes 1,024 characters."
  }

  assert {
    condition     = aws_cloudtrail.this[0].cloud_watch_logs_group_arn == "${aws_cloudwatch_log_group.trail[0].arn}:*" && length([for resource in jsondecode(aws_iam_role_policy.trail[0].policy).Statement[0].Resource : resource if strcontains(resource, "log-stream:o-a1b2c3d4e5_")]) == 1
    error_message = "Members' events don't reach the log group."
  }
}

run "regions_limit_all_but_the_services_that_have_none" {
  command = plan

  variables {
    regions = ["us-east-1"]
  }

  assert {
    condition     = length([for statement in jsondecode(aws_organizations_policy.services.content).Statement : statement if statement.Sid == "Regions"]) == 1
    error_message = "No statement limits regions."
  }
}

run "a_target_is_no_name" {
  command = plan

  variables {
    policy_targets = ["Workloads"]
  }

  expect_failures = [var.policy_targets]
}
