# The detector itself belongs to the account (base/account); here is what it watches besides.
resource "aws_guardduty_detector_feature" "this" {
  for_each = var.detector_id == null ? [] : var.guardduty_features

  detector_id = var.detector_id
  name        = each.key
  status      = "ENABLED"
}

resource "aws_guardduty_detector_feature" "runtime" {
  count = var.detector_id != null && var.fargate_monitoring ? 1 : 0

  detector_id = var.detector_id
  name        = "RUNTIME_MONITORING"
  status      = "ENABLED"

  additional_configuration {
    name   = "ECS_FARGATE_AGENT_MANAGEMENT"
    status = "ENABLED"
  }

  # AWS answers with the settings of all agents, in an order of its own.
  lifecycle {
    ignore_changes = [additional_configuration]
  }
}

resource "aws_guardduty_filter" "scanners" {
  count = var.detector_id != null && length(var.known_scanners) > 0 ? 1 : 0

  detector_id = var.detector_id
  name        = "${var.name}-known-scanners"
  description = "Probing by the company's own scanners"
  action      = "ARCHIVE"
  rank        = 1

  finding_criteria {
    criterion {
      field  = "type"
      equals = ["Recon:EC2/PortProbeUnprotectedPort", "Recon:EC2/Portscan"]
    }

    criterion {
      field  = "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4"
      equals = var.known_scanners
    }
  }
}

# Security Hub gathers findings of all the others, and judges the account by the standards that are named.
resource "aws_securityhub_account" "this" {
  count = var.security_hub ? 1 : 0

  # Only those that are named below, so that a destroy leaves nothing behind and a plan says what holds.
  enable_default_standards  = false
  auto_enable_controls      = true
  control_finding_generator = "SECURITY_CONTROL"
}

resource "aws_securityhub_standards_subscription" "this" {
  for_each = var.security_hub ? var.security_hub_standards : []

  standards_arn = "arn:${local.partition}:securityhub:${var.region}::standards/${each.key}"

  depends_on = [aws_securityhub_account.this]
}

resource "aws_inspector2_enabler" "this" {
  count = length(var.inspector_resources) == 0 ? 0 : 1

  account_ids    = [local.account]
  resource_types = var.inspector_resources
}

resource "aws_macie2_account" "this" {
  count = var.macie ? 1 : 0

  status                       = "ENABLED"
  finding_publishing_frequency = "FIFTEEN_MINUTES"
}
