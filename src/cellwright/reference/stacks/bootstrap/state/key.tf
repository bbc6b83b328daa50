resource "aws_kms_key" "state" {
  description             = "States of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.key_deletion_days

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        # The account as a whole holds the key, so that it can't be lost with a role; IAM says who may use it.
        Sid       = "Account"
        Effect    = "Allow"
        Action    = "kms:*"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Resource  = "*"
      }],
      [for users in length(var.user_arns) == 0 ? [] : [var.user_arns] : {
        Sid       = "Users"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:DescribeKey"]
        Principal = { AWS = users }
        Resource  = "*"
        Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" } }
      }],
    )
  })
}

resource "aws_kms_alias" "state" {
  name          = "alias/${var.name}/state"
  target_key_id = aws_kms_key.state.key_id
}
