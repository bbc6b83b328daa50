locals {
  account_statement = {
    Sid       = "Account"
    Effect    = "Allow"
    Action    = "kms:*"
    Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
    Resource  = "*"
  }
}

# What opens Vault: its root key is encrypted with this one, so a server that starts unseals itself. Whatever IAM
# allows, only Vault's role can use it; administrators can change that, and the trail shows it.
resource "aws_kms_key" "unseal" {
  description             = "Unseals Vault in ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.key_deletion_days

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      local.account_statement,
      {
        Sid       = "NobodyButVault"
        Effect    = "Deny"
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant"]
        Principal = "*"
        Resource  = "*"
        Condition = { ArnNotEquals = { "aws:PrincipalArn" = local.role_arn } }
      },
    ]
  })
}

resource "aws_kms_alias" "unseal" {
  name          = "alias/${var.name}/vault-unseal"
  target_key_id = aws_kms_key.unseal.key_id
}

# The table, the logs and the certificate. It is another key, since services of AWS have to use it too.
resource "aws_kms_key" "storage" {
  description             = "What Vault in ${var.name} stores"
  enable_key_rotation     = true
  deletion_window_in_days = var.key_deletion_days

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      local.account_statement,
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Resource  = "*"
        Condition = { ArnEquals = { "kms:EncryptionContext:aws:logs:arn" = local.group_arn } }
      },
    ]
  })
}

resource "aws_kms_alias" "storage" {
  name          = "alias/${var.name}/vault-storage"
  target_key_id = aws_kms_key.storage.key_id
}
