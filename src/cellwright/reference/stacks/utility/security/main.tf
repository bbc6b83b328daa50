data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition

  full_name = "${var.name}-security"

  # The account as a whole holds the keys, so that they can't be lost with a role; IAM says who may use them.
  account_statement = {
    Sid       = "Account"
    Effect    = "Allow"
    Action    = "kms:*"
    Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
    Resource  = "*"
  }
}

# For messages about findings and the log of web requests, which services of AWS write.
resource "aws_kms_key" "findings" {
  description             = "Findings and web requests in ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.key_deletion_days

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      local.account_statement,
      {
        Sid       = "Events"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Principal = { Service = ["events.amazonaws.com", "cloudwatch.amazonaws.com", "backup.amazonaws.com"] }
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Resource  = "*"
        Condition = {
          ArnEquals = {
            "kms:EncryptionContext:aws:logs:arn" = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:${local.web_log_group}"
          }
        }
      },
    ]
  })
}

resource "aws_kms_alias" "findings" {
  name          = "alias/${var.name}/findings"
  target_key_id = aws_kms_key.findings.key_id
}
