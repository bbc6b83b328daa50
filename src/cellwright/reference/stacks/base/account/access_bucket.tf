# Who asked what of buckets and load balancers. AWS writes these logs only into buckets that are encrypted with S3's own
# keys and have no lock: with a key of ours, or a retention by default, nothing would arrive.

resource "aws_s3_bucket" "access" {
  #checkov:skip=CKV_AWS_18:it is where access logs go; logging its own would never end
  #checkov:skip=CKV_AWS_145:AWS writes these logs only where S3's own keys encrypt
  #checkov:skip=CKV_AWS_144:who reads and writes clients' objects is in the trail (record_objects), which is the evidence; S3 keeps these lines in three zones
  #checkov:skip=CKV2_AWS_62:nothing acts on single log files
  bucket        = local.access_bucket
  force_destroy = var.records_removable
}

resource "aws_s3_bucket_ownership_controls" "access" {
  bucket = aws_s3_bucket.access.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "access" {
  bucket = aws_s3_bucket.access.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "access" {
  bucket = aws_s3_bucket.access.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "access" {
  bucket = aws_s3_bucket.access.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "access" {
  count = var.log_lifecycle ? 1 : 0

  bucket = aws_s3_bucket.access.id

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

  depends_on = [aws_s3_bucket_versioning.access]
}

resource "aws_s3_bucket_policy" "access" {
  bucket = aws_s3_bucket.access.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "s3:*"
        Principal = "*"
        Resource  = [local.access_arn, "${local.access_arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "NothingIsRemoved"
        Effect    = "Deny"
        Action    = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
        Principal = "*"
        Resource  = "${local.access_arn}/*"
      },
      {
        Sid       = "Buckets"
        Effect    = "Allow"
        Action    = "s3:PutObject"
        Principal = { Service = "logging.s3.amazonaws.com" }
        Resource  = "${local.access_arn}/*"
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account }
          ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:s3:::*" }
        }
      },
      {
        Sid       = "LoadBalancers"
        Effect    = "Allow"
        Action    = "s3:PutObject"
        Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
        Resource  = ["${local.access_arn}/AWSLogs/${local.account}/*", "${local.access_arn}/*/AWSLogs/${local.account}/*"]
        Condition = { ArnLike = { "aws:SourceArn" = "arn:${local.partition}:elasticloadbalancing:${local.arn_tail}:loadbalancer/*" } }
      },
    ]
  })

  depends_on = [aws_s3_bucket_public_access_block.access]
}
