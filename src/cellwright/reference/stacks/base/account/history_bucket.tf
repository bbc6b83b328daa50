# How everything was set, and when that changed. Config delivers into no bucket with a retention by default, so nobody
# has the right to remove anything here; rules for old records need none.

resource "aws_s3_bucket" "history" {
  #checkov:skip=CKV_AWS_144:Config itself keeps what is delivered here for as long (config.tf), and nobody may remove anything here
  #checkov:skip=CKV2_AWS_62:nothing acts on single deliveries of Config
  count = var.config ? 1 : 0

  bucket        = local.history_bucket
  force_destroy = var.records_removable
}

resource "aws_s3_bucket_ownership_controls" "history" {
  count = var.config ? 1 : 0

  bucket = aws_s3_bucket.history[0].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "history" {
  count = var.config ? 1 : 0

  bucket = aws_s3_bucket.history[0].id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "history" {
  count = var.config ? 1 : 0

  bucket = aws_s3_bucket.history[0].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "history" {
  count = var.config ? 1 : 0

  bucket = aws_s3_bucket.history[0].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.audit.arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "history" {
  count = var.config && var.log_lifecycle ? 1 : 0

  bucket = aws_s3_bucket.history[0].id

  rule {
    id     = "old-records"
    status = "Enabled"

    filter {}

    transition {
      days          = 90
      storage_class = "GLACIER_IR"
    }

    expiration {
      days = var.log_retention_days
    }

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.history]
}

resource "aws_s3_bucket_policy" "history" {
  count = var.config ? 1 : 0

  bucket = aws_s3_bucket.history[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "s3:*"
        Principal = "*"
        Resource  = [local.history_arn, "${local.history_arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "NothingIsRemoved"
        Effect    = "Deny"
        Action    = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
        Principal = "*"
        Resource  = "${local.history_arn}/*"
      },
    ]
  })

  depends_on = [aws_s3_bucket_public_access_block.history]
}

resource "aws_s3_bucket_logging" "history" {
  count = var.config ? 1 : 0

  bucket        = aws_s3_bucket.history[0].id
  target_bucket = local.access_bucket
  target_prefix = "config/"

  depends_on = [aws_s3_bucket_policy.access]
}
