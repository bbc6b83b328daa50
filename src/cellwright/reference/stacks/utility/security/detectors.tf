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
