mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mocked" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:111122223333:log-group:mocked" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:111122223333:mocked" }
  }

  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/mocked/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  mock_resource "aws_backup_vault" {
    defaults = { arn = "arn:aws:backup:us-east-1:111122223333:backup-vault:mocked" }
  }
}

variables {
  name        = "prod-use1"
  region      = "us-east-1"
  subscribers = ["security@example.com"]

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "security"
    ManagedBy = "terraform"
  }
}

run "security_hub_is_on_and_judges" {
  command = plan

  assert {
    condition     = length(aws_securityhub_account.this) == 1
    error_message = "Its findings are awaited by a rule: it has to be on."
  }

  assert {
    condition = [for subscription in aws_securityhub_standards_subscription.this : subscription.standards_arn] == [
      "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0",
      "arn:aws:securityhub:us-east-1::standards/nist-800-53/v/5.0.0",
    ]
    error_message = "Without standards it judges nothing."
  }
}

run "an_organisation_may_have_it" {
  command = plan

  variables {
    security_hub = false
  }

  assert {
    condition     = length(aws_securityhub_account.this) + length(aws_securityhub_standards_subscription.this) == 0
    error_message = "Two owners take it from each other."
  }
}

run "nobody_is_turned_away_for_an_address_alone" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for rule in aws_wafv2_web_acl.this.rule : [
        for statement in rule.statement[0].rate_based_statement :
        statement.aggregate_key_type == "CUSTOM_KEYS" || length(rule.action[0].block) == 0
      ]
    ]))
    error_message = "A hospital's staff comes from one address."
  }

  assert {
    condition = alltrue(flatten([
      for rule in aws_wafv2_web_acl.this.rule : [
        for statement in rule.statement[0].managed_rule_group_statement : length(rule.override_action[0].count) == 1
        if statement.name == "AWSManagedRulesAmazonIpReputationList"
      ]
    ]))
    error_message = "A list of addresses counts."
  }
}

run "somebody_is_told" {
  command = plan

  variables {
    subscribers = []
  }

  expect_failures = [var.subscribers]
}

run "other_accounts_leave_copies_and_do_nothing_else" {
  command = plan

  variables {
    copying_account_ids = ["444455556666"]
  }

  assert {
    condition     = [for statement in jsondecode(aws_backup_vault_policy.this.policy).Statement : statement.Action if statement.Effect == "Allow"] == [["backup:CopyIntoBackupVault"]]
    error_message = "Who may copy into the vault may do more."
  }
}
