locals {
  # What somebody who came in over SFTP may do below a folder of the bucket: for all of them together, and for each.
  statements = { for name, folder in merge({ "*" = local.prefix }, { for user in keys(var.users) : user => "${local.prefix}/${user}" }) :
    name => [
      {
        Sid       = "Listing"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = [var.bucket_arn]
        Condition = { StringLike = { "s3:prefix" = [folder, "${folder}/*"] } }
      },
      {
        Sid      = "Files"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
        Resource = ["${var.bucket_arn}/${folder}/*"]
      },
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = [var.kms_key_arn]
      },
    ]
  }
}

resource "aws_iam_role" "session" {
  name                 = "client-${var.name}-sftp"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "What SFTP sessions of ${var.name} may do"
  permissions_boundary = var.boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "transfer.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "session" {
  name = "own-folders"
  role = aws_iam_role.session.id

  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements["*"] })
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
