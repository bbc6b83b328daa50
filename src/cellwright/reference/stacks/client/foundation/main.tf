data "aws_caller_identity" "this" {}

locals {
  account    = data.aws_caller_identity.this.account_id
  log_groups = "arn:aws:logs:${var.region}:${local.account}:log-group:/clients/${var.name}"

  # The account as a whole holds the key, so that it can't be lost with a role; IAM says who may use it.
  key_statements = concat(
    [{
      Sid       = "Account"
      Effect    = "Allow"
      Action    = "kms:*"
      Principal = { AWS = "arn:aws:iam::${local.account}:root" }
      Resource  = "*"
    }],
    var.encrypt_logs ? [{
      Sid       = "Logs"
      Effect    = "Allow"
      Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
      Principal = { Service = "logs.${var.region}.amazonaws.com" }
      Resource  = "*"
      Condition = {
        ArnLike = { "kms:EncryptionContext:aws:logs:arn" = [local.log_groups, "${local.log_groups}/*"] }
      }
    }] : []
  )
}

# All that the client stores is encrypted with this key and with no other: who can't use it, can't read it.
resource "aws_kms_key" "this" {
  description             = "Everything that ${var.name} stores"
  enable_key_rotation     = var.key_rotation
  deletion_window_in_days = var.key_deletion_days

  # Left out, AWS writes the account's statement alone; that spares new clients the wait for a policy to spread.
  policy = var.encrypt_logs ? jsonencode({ Version = "2012-10-17", Statement = local.key_statements }) : null
}

resource "aws_kms_alias" "this" {
  name          = "alias/clients/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/clients/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.encrypt_logs ? aws_kms_key.this.arn : null
}
