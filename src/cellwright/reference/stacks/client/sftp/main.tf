data "aws_caller_identity" "this" {}

locals {
  prefix = "sftp"
}

# An empty object makes a folder that partners see before anything lies in it.
resource "aws_s3_object" "folder" {
  for_each = var.folders

  bucket                 = var.bucket
  key                    = "${local.prefix}/${each.value}/"
  content                = ""
  server_side_encryption = "aws:kms"
  kms_key_id             = var.kms_key_arn
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/clients/${var.name}/sftp"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.encrypt_logs ? var.kms_key_arn : null
}

# What somebody who came in over SFTP may do: these folders of this bucket.
resource "aws_iam_role" "session" {
  name        = "client-${var.name}-sftp"
  description = "What SFTP sessions of ${var.name} may do"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "transfer.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.this.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "session" {
  name = "own-folders"
  role = aws_iam_role.session.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Listing"
        Effect    = "Allow"
        Action    = "s3:ListBucket"
        Resource  = var.bucket_arn
        Condition = { StringLike = { "s3:prefix" = ["${local.prefix}/*"] } }
      },
      {
        Sid      = "Files"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
        Resource = "${var.bucket_arn}/${local.prefix}/*"
      },
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = var.kms_key_arn
      },
    ]
  })
}

resource "aws_security_group" "this" {
  name        = "client-${var.name}-sftp"
  description = "SFTP for partners of ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "client-${var.name}-sftp" }
}

resource "aws_vpc_security_group_ingress_rule" "partner" {
  for_each = var.partner_cidrs

  security_group_id = aws_security_group.this.id
  description       = "A partner's SFTP"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
}
