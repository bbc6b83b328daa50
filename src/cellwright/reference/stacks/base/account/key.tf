locals {
  # The account as a whole holds a key, so that it can't be lost with a role; IAM says who may use it.
  account_statement = {
    Sid       = "Account"
    Effect    = "Allow"
    Action    = "kms:*"
    Principal = { AWS = "${local.iam}:root" }
    Resource  = "*"
  }
}

# What is recorded in this account and region: trail, configuration, log groups, alarms.
resource "aws_kms_key" "audit" {
  description             = "Audit records of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.key_deletion_days

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      local.account_statement,
      {
        Sid       = "Trail"
        Effect    = "Allow"
        Action    = "kms:GenerateDataKey*"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Resource  = "*"
        Condition = {
          StringEquals = { "aws:SourceArn" = local.trail_arn }
          StringLike   = { "kms:EncryptionContext:aws:cloudtrail:arn" = "arn:${local.partition}:cloudtrail:*:${local.account}:trail/*" }
        }
      },
      {
        Sid       = "TrailReadsKey"
        Effect    = "Allow"
        Action    = "kms:DescribeKey"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn } }
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:${local.partition}:logs:${local.arn_tail}:log-group:*" } }
      },
      {
        Sid       = "FlowLogs"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Principal = { Service = "delivery.logs.amazonaws.com" }
        Resource  = "*"
        Condition = local.from_flow_logs
      },
      {
        Sid       = "Alarms"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com"] }
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
    ]
  })
}

resource "aws_kms_alias" "audit" {
  name          = "alias/${var.name}/audit"
  target_key_id = aws_kms_key.audit.key_id
}
