resource "aws_s3_bucket_policy" "results" {
  bucket = aws_s3_bucket.results.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "s3:*"
        Principal = "*"
        Resource  = [local.results_arn, "${local.results_arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "NewTlsOnly"
        Effect    = "Deny"
        Action    = "s3:*"
        Principal = "*"
        Resource  = [local.results_arn, "${local.results_arn}/*"]
        Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } }
      },
      # Whatever IAM allows: what is tagged as another client's reads and writes nothing here.
      {
        Sid       = "OtherClients"
        Effect    = "Deny"
        Action    = "s3:*"
        Principal = "*"
        Resource  = [local.results_arn, "${local.results_arn}/*"]
        Condition = {
          Null            = { "aws:PrincipalTag/Client" = "false" }
          StringNotEquals = { "aws:PrincipalTag/Client" = [var.tags["Client"], "shared"] }
        }
      },
      # Who names no key gets the bucket's default, which is the client's; who names one, has to name that.
      {
        Sid       = "OtherKeys"
        Effect    = "Deny"
        Action    = "s3:PutObject"
        Principal = "*"
        Resource  = "${local.results_arn}/*"
        Condition = {
          Null            = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = "false" }
          StringNotEquals = { "s3:x-amz-server-side-encryption-aws-kms-key-id" = var.kms_key_arn }
        }
      },
      {
        Sid       = "OtherEncryption"
        Effect    = "Deny"
        Action    = "s3:PutObject"
        Principal = "*"
        Resource  = "${local.results_arn}/*"
        Condition = {
          Null            = { "s3:x-amz-server-side-encryption" = "false" }
          StringNotEquals = { "s3:x-amz-server-side-encryption" = "aws:kms" }
        }
      },
    ]
  })

  # AWS refuses a policy while it is still deciding whether it may be public.
  depends_on = [aws_s3_bucket_public_access_block.results]
}
