locals {
  # The bucket of results differs from the client's own in what comes last, where no name of a client can stand.
  results     = "${var.fleet}-${var.name}-${local.account}-out"
  results_arn = "arn:${local.partition}:s3:::${local.results}"
}

resource "aws_s3_bucket" "results" {
  #checkov:skip=CKV_AWS_144:results of queries can be had again
  #checkov:skip=CKV2_AWS_62:nothing acts on single results; who touched them is in the access log
  bucket = local.results
}

resource "aws_s3_bucket_ownership_controls" "results" {
  bucket = aws_s3_bucket.results.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "results" {
  bucket = aws_s3_bucket.results.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "results" {
  bucket = aws_s3_bucket.results.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "results" {
  bucket = aws_s3_bucket.results.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "results" {
  count = var.result_days == null ? 0 : 1

  bucket = aws_s3_bucket.results.id

  rule {
    id     = "old-results"
    status = "Enabled"

    filter {}

    expiration {
      days = var.result_days
    }

    noncurrent_version_expiration {
      noncurrent_days = 7
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.results]
}

resource "aws_s3_bucket_logging" "results" {
  count = var.access_log_bucket == null ? 0 : 1

  bucket        = aws_s3_bucket.results.id
  target_bucket = var.access_log_bucket
  target_prefix = "clients/${var.name}/analytics/"
}
