mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:111122223333:prod-use1-alarms" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/some" }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::111122223333:policy/some" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:111122223333:log-group:/audit/prod-use1/trail" }
  }
}

variables {
  name         = "prod-use1"
  fleet        = "medloop"
  region       = "us-east-1"
  config       = false
  alarm_emails = ["security@example.com"]

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "base"
    Stack     = "account"
    ManagedBy = "cellwright"
  }
}

run "records_last_six_years_in_the_bucket_and_a_quarter_where_they_are_searched" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.trail[0].retention_in_days == 90 && aws_s3_bucket_object_lock_configuration.log[0].rule[0].default_retention[0].days == 2192
    error_message = "Six years in CloudWatch cost ten times as much as in the bucket."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : startswith(alarm.alarm_name, "audit-")])
    error_message = "By this name the deployer can't touch them."
  }

  assert {
    condition     = length(aws_accessanalyzer_analyzer.this) == 1
    error_message = "Nobody would see what can be reached from outside."
  }
}

run "an_alarm_is_heard_by_somebody" {
  command = plan

  variables {
    alarm_emails = []
  }

  expect_failures = [var.alarm_emails]
}

run "deployers_are_trusted_before_they_exist_and_no_others" {
  command = plan

  variables {
    trusted_principals = {
      deployer = ["arn:aws:iam::222233334444:role/medloop/shared/tools-jenkins-agent"]
    }
  }

  assert {
    condition = jsondecode(aws_iam_role.deployer[0].assume_role_policy).Statement == [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = ["arn:aws:iam::222233334444:root"] }
      Condition = { ArnLike = { "aws:PrincipalArn" = ["arn:aws:iam::222233334444:role/medloop/shared/tools-jenkins-agent"] } }
    }]
    error_message = aws_iam_role.deployer[0].assume_role_policy
  }
}

run "the_organizations_trail_replaces_the_accounts_own" {
  command = plan

  variables {
    trail     = false
    guardduty = false
  }

  assert {
    condition     = length(aws_cloudtrail.this) + length(aws_cloudwatch_metric_alarm.this) + length(aws_guardduty_detector.this) == 0
    error_message = "Everything would be recorded, and charged, twice."
  }

  assert {
    condition     = length(aws_s3_bucket.log) == 1
    error_message = "Flow logs are kept in it."
  }
}

run "who_gives_an_account_up_says_so_first" {
  command = plan

  variables {
    records_removable = true
  }

  assert {
    condition     = length(local.evidence_stays) == 0
    error_message = "The deployer could never remove a stack that holds logs or backups."
  }
}
