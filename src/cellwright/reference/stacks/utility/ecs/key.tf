locals {
  # Fargate uses the key for the disks of this cluster's tasks and for nothing else.
  fargate_context = {
    "kms:EncryptionContext:aws:ecs:clusterAccount" = local.account
    "kms:EncryptionContext:aws:ecs:clusterName"    = var.name
  }
}

resource "aws_kms_key" "this" {
  count = var.own_key ? 1 : 0

  description             = "Disks of tasks in ${var.name}, and the record of commands"
  enable_key_rotation     = true
  deletion_window_in_days = var.key_deletion_days

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # The account as a whole holds the key, so that it can't be lost with a role; IAM says who may use it.
      {
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
          ArnEquals = {
            "kms:EncryptionContext:aws:logs:arn" = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:${local.commands}"
          }
        }
      },
      {
        Sid       = "FargateDataKeys"
        Effect    = "Allow"
        Action    = "kms:GenerateDataKeyWithoutPlaintext"
        Principal = { Service = "fargate.amazonaws.com" }
        Resource  = "*"
        Condition = { StringEquals = local.fargate_context }
      },
      {
        Sid       = "FargateGrants"
        Effect    = "Allow"
        Action    = "kms:CreateGrant"
        Principal = { Service = "fargate.amazonaws.com" }
        Resource  = "*"
        Condition = {
          StringEquals                = local.fargate_context
          "ForAllValues:StringEquals" = { "kms:GrantOperations" = ["Decrypt"] }
        }
      },
    ]
  })
}

resource "aws_kms_alias" "this" {
  count = var.own_key ? 1 : 0

  name          = "alias/${var.name}/ecs"
  target_key_id = aws_kms_key.this[0].key_id
}
