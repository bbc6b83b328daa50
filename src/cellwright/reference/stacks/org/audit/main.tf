data "aws_partition" "this" {}

# What is watched in all accounts, present and future, is said here, once.

resource "aws_guardduty_detector" "this" {
  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"
}

resource "aws_guardduty_organization_configuration" "this" {
  detector_id                      = aws_guardduty_detector.this.id
  auto_enable_organization_members = "ALL"
}

resource "aws_securityhub_account" "this" {
  enable_default_standards = true
}

resource "aws_securityhub_organization_configuration" "this" {
  auto_enable           = true
  auto_enable_standards = "DEFAULT"

  depends_on = [aws_securityhub_account.this]
}

# What can be reached from outside the organisation; each account's own analyzer sees what can be from outside of it.
resource "aws_accessanalyzer_analyzer" "this" {
  analyzer_name = "${var.name}-organization"
  type          = "ORGANIZATION"
}

resource "aws_config_configuration_aggregator" "this" {
  name = var.name

  organization_aggregation_source {
    all_regions = true
    role_arn    = aws_iam_role.aggregator.arn
  }

  depends_on = [aws_iam_role_policy_attachment.aggregator]
}

resource "aws_iam_role" "aggregator" {
  name        = "${var.name}-config-aggregator"
  path        = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description = "Lets Config learn which accounts there are"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "config.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "aggregator" {
  role       = aws_iam_role.aggregator.name
  policy_arn = "arn:${data.aws_partition.this.partition}:iam::aws:policy/service-role/AWSConfigRoleForOrganizations"
}

# One pack for every account: what 45 CFR 164.312 asks of how things are set, as far as Config can see it.
resource "aws_config_organization_conformance_pack" "this" {
  count = length(var.conformance_rules) == 0 ? 0 : 1

  name              = "${var.name}-hipaa"
  excluded_accounts = sort(var.excluded_account_ids)

  template_body = jsonencode({
    Resources = {
      for name, rule in var.conformance_rules : replace(title(replace(name, "-", " ")), " ", "") => {
        Type = "AWS::Config::ConfigRule"
        Properties = merge(
          { ConfigRuleName = name, Source = { Owner = "AWS", SourceIdentifier = rule.identifier } },
          length(rule.parameters) == 0 ? {} : { InputParameters = rule.parameters },
        )
      }
    }
  })
}
