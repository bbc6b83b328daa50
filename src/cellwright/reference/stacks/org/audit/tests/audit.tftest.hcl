mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::666677778888:role/medloop/shared/audit-config-aggregator" }
  }
}

variables {
  name   = "audit"
  region = "us-east-1"

  tags = {
    Client    = "shared"
    Cell      = "audit"
    Fleet     = "medloop"
    Level     = "org"
    Stack     = "audit"
    ManagedBy = "cellwright"
  }
}

run "every_account_is_watched_and_judged" {
  command = plan

  assert {
    condition     = aws_guardduty_organization_configuration.this.auto_enable_organization_members == "ALL" && aws_securityhub_organization_configuration.this.auto_enable
    error_message = "New accounts would not be watched."
  }

  assert {
    condition     = aws_accessanalyzer_analyzer.this.type == "ORGANIZATION" && aws_config_configuration_aggregator.this.organization_aggregation_source[0].all_regions
    error_message = "Only this account is looked at."
  }

  assert {
    condition = alltrue([
      for name, resource in jsondecode(aws_config_organization_conformance_pack.this[0].template_body).Resources :
      can(regex("^[A-Za-z0-9]+$", name)) && resource.Type == "AWS::Config::ConfigRule"
    ])
    error_message = "CloudFormation takes letters and digits in a resource's name."
  }
}

run "without_rules_there_is_no_pack" {
  command = plan

  variables {
    conformance_rules = {}
  }

  assert {
    condition     = length(aws_config_organization_conformance_pack.this) == 0
    error_message = "A pack without rules is refused by AWS."
  }
}
