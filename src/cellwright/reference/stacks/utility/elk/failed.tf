# Records that could not be delivered. They are copies, CloudWatch has the records themselves; still they may speak of
# patients, and are kept as everything else is.
locals {
  bucket     = "${var.fleet}-${var.name}-failed-logs-${local.account}"
  bucket_arn = "arn:${local.partition}:s3:::${local.bucket}"
}

resource "aws_s3_bucket" "failed" {
  #checkov:skip=CKV_AWS_144:they are copies: the log groups that send them have the records themselves
  #checkov:skip=CKV2_AWS_62:the alarm on rejected records (delivery.tf) tells people that there are some
  bucket = local.bucket

  lifecycle {
    precondition {
      condition     = length(local.bucket) <= 63
      error_message = "The bucket would be named ${local.bucket}, and AWS allows 63 characters: the fleet's or the cell's name is too long."
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "failed" {
  bucket = aws_s3_bucket.failed.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "failed" {
  bucket = aws_s3_bucket.failed.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "failed" {
  bucket = aws_s3_bucket.failed.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "failed" {
  bucket = aws_s3_bucket.failed.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.this.arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "failed" {
  count = var.failed_days == null ? 0 : 1

  bucket = aws_s3_bucket.failed.id

  rule {
    id     = "failed-records"
    status = "Enabled"

    filter {}

    expiration {
      days = var.failed_days
    }

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.failed]
}

resource "aws_s3_bucket_logging" "failed" {
  count = var.access_log_bucket == null ? 0 : 1

  bucket        = aws_s3_bucket.failed.id
  target_bucket = var.access_log_bucket
  target_prefix = "${var.name}/failed-logs/"
}

resource "aws_s3_bucket_policy" "failed" {
  bucket = aws_s3_bucket.failed.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Action    = "s3:*"
      Principal = "*"
      Resource  = [local.bucket_arn, "${local.bucket_arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # AWS refuses a policy while it is still deciding whether it may be public.
  depends_on = [aws_s3_bucket_public_access_block.failed]
}
