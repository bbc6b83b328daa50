# Who may use the bucket, beside what the account's own policies allow; and what nobody may.
resource "aws_s3_bucket_policy" "state" {
  bucket = aws_s3_bucket.state.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "TlsOnly"
          Effect    = "Deny"
          Action    = "s3:*"
          Principal = "*"
          Resource  = [local.bucket_arn, "${local.bucket_arn}/*"]
          Condition = { Bool = { "aws:SecureTransport" = "false" } }
        },
        {
          # Former versions are the backup: S3 itself removes them when they are old, and nobody else does.
          Sid       = "VersionsStay"
          Effect    = "Deny"
          Action    = ["s3:DeleteObjectVersion", "s3:DeleteBucket"]
          Principal = "*"
          Resource  = [local.bucket_arn, "${local.bucket_arn}/*"]
        },
        {
          Sid       = "NoOtherKey"
          Effect    = "Deny"
          Action    = "s3:PutObject"
          Principal = "*"
          Resource  = "${local.bucket_arn}/*"
          Condition = {
            Null            = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = "false" }
            StringNotEquals = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = aws_kms_key.state.arn }
          }
        },
        {
          Sid       = "NoOtherEncryption"
          Effect    = "Deny"
          Action    = "s3:PutObject"
          Principal = "*"
          Resource  = "${local.bucket_arn}/*"
          Condition = {
            Null            = { "s3:x-amz-server-side-encryption" = "false" }
            StringNotEquals = { "s3:x-amz-server-side-encryption" = "aws:kms" }
          }
        },
      ],
      [for id in var.organization_id == null ? [] : [var.organization_id] : {
        Sid       = "OwnOrganisationOnly"
        Effect    = "Deny"
        Action    = "s3:*"
        Principal = "*"
        Resource  = [local.bucket_arn, "${local.bucket_arn}/*"]
        Condition = {
          StringNotEquals = { "aws:PrincipalOrgID" = id }
          # AWS's own services, which belong to no organisation.
          BoolIfExists = { "aws:PrincipalIsAWSService" = "false" }
        }
      }],
      [for users in length(var.user_arns) == 0 ? [] : [var.user_arns] : {
        Sid       = "UsersFind"
        Effect    = "Allow"
        Action    = "s3:ListBucket"
        Principal = { AWS = users }
        Resource  = local.bucket_arn
      }],
      [for users in length(var.user_arns) == 0 ? [] : [var.user_arns] : {
        Sid       = "UsersReadAndWrite"
        Effect    = "Allow"
        Action    = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
        Principal = { AWS = users }
        Resource  = "${local.bucket_arn}/*"
      }],
    )
  })

  depends_on = [aws_s3_bucket_public_access_block.state]
}
