# Volumes, snapshots and instances of this region are safe even where whoever makes them forgets to say so.

resource "aws_kms_key" "volumes" {
  description             = "Volumes of ${var.name} that name no other key"
  enable_key_rotation     = true
  deletion_window_in_days = var.key_deletion_days

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      local.account_statement,
      # As AWS's own key for volumes has it: whoever may use volumes here, and the services that do so on their behalf.
      {
        Sid       = "Volumes"
        Effect    = "Allow"
        Action    = ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Principal = { AWS = "*" }
        Resource  = "*"
        Condition = { StringEquals = { "kms:CallerAccount" = local.account, "kms:ViaService" = "ec2.${var.region}.amazonaws.com" } }
      },
    ]
  })
}

resource "aws_kms_alias" "volumes" {
  name          = "alias/${var.name}/volumes"
  target_key_id = aws_kms_key.volumes.key_id
}

resource "aws_ebs_encryption_by_default" "this" {
  enabled = true
}

resource "aws_ebs_default_kms_key" "this" {
  key_arn = aws_kms_key.volumes.arn
}

resource "aws_ebs_snapshot_block_public_access" "this" {
  state = "block-all-sharing"
}

# Without a token first, a server that fetches what others name can be led to give its credentials away.
resource "aws_ec2_instance_metadata_defaults" "this" {
  http_tokens                 = "required"
  http_put_response_hop_limit = var.metadata_hops
}
