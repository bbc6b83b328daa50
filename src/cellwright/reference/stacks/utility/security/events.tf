locals {
  # A rule stays while a detector is off: it costs nothing, and misses nothing when somebody switches that on.
  findings = {
    guardduty = {
      description = "GuardDuty sees something suspicious"
      pattern = {
        source      = ["aws.guardduty"]
        detail-type = ["GuardDuty Finding"]
        detail      = { severity = [{ numeric = [">=", var.lowest_severity] }] }
      }
    }
    inspector = {
      description = "Inspector finds a grave weakness"
      pattern = {
        source      = ["aws.inspector2"]
        detail-type = ["Inspector2 Finding"]
        detail      = { severity = ["HIGH", "CRITICAL"], status = ["ACTIVE"] }
      }
    }
    macie = {
      description = "Macie finds personal data, or a bucket that is open"
      pattern = {
        source      = ["aws.macie"]
        detail-type = ["Macie Finding"]
      }
    }
    security-hub = {
      description = "A check of Security Hub fails gravely"
      pattern = {
        source      = ["aws.securityhub"]
        detail-type = ["Security Hub Findings - Imported"]
        detail = {
          findings = {
            Severity    = { Label = ["HIGH", "CRITICAL"] }
            Workflow    = { Status = ["NEW"] }
            RecordState = ["ACTIVE"]
          }
        }
      }
    }
    backup = {
      description = "A backup, a copy or a restore fails"
      pattern = {
        source      = ["aws.backup"]
        detail-type = ["Backup Job State Change", "Copy Job State Change", "Restore Job State Change"]
        detail      = { "$or" = [{ state = ["FAILED", "ABORTED", "EXPIRED"] }, { status = ["FAILED", "ABORTED", "EXPIRED"] }] }
      }
    }
    health = {
      description = "AWS says that the account is at risk"
      pattern = {
        source      = ["aws.health"]
        detail-type = ["AWS Health Event"]
        detail      = { service = ["ABUSE", "RISK"] }
      }
    }
  }
}

resource "aws_cloudwatch_event_rule" "finding" {
  for_each = local.findings

  name          = "${local.full_name}-${each.key}"
  description   = each.value.description
  event_pattern = jsonencode(each.value.pattern)
}

resource "aws_cloudwatch_event_target" "finding" {
  for_each = local.findings

  rule      = aws_cloudwatch_event_rule.finding[each.key].name
  target_id = "topic"
  arn       = aws_sns_topic.findings.arn
}

resource "aws_sns_topic" "findings" {
  name              = "${local.full_name}-findings"
  kms_master_key_id = aws_kms_key.findings.arn
}

resource "aws_sns_topic_policy" "findings" {
  arn = aws_sns_topic.findings.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Services"
        Effect    = "Allow"
        Action    = "sns:Publish"
        Principal = { Service = ["events.amazonaws.com", "cloudwatch.amazonaws.com"] }
        Resource  = aws_sns_topic.findings.arn
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
      {
        Sid       = "Account"
        Effect    = "Allow"
        Action    = ["sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:Publish", "sns:SetTopicAttributes", "sns:Subscribe"]
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Resource  = aws_sns_topic.findings.arn
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "sns:Publish"
        Principal = "*"
        Resource  = aws_sns_topic.findings.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "mail" {
  for_each = var.subscribers

  topic_arn = aws_sns_topic.findings.arn
  protocol  = "email"
  endpoint  = each.value
}
