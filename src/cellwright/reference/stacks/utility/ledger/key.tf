resource "aws_kms_key" "ledger" {
  description             = "The ledger of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.key_deletion_days

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # The account as a whole holds the key, so that it can't be lost with a role; IAM says who may use it.
        Sid       = "Account"
        Effect    = "Allow"
        Action    = "kms:*"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Resource  = "*"
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Resource  = "*"
        Condition = {
          ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:/aws/rds/instance/${local.identifier}/*" }
        }
      },
    ]
  })
}

resource "aws_kms_alias" "ledger" {
  name          = "alias/${var.name}/ledger"
  target_key_id = aws_kms_key.ledger.key_id
}
