# The trail. What lies here can be neither changed nor removed before its time.

locals {
  # The service that delivers flow logs, on behalf of this account.
  from_flow_logs = {
    StringEquals = { "aws:SourceAccount" = local.account }
    ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:logs:*:${local.account}:*" }
  }
}

resource "aws_s3_bucket" "log" {
  #checkov:skip=CKV_AWS_144:a record is locked while it must be kept, and S3 keeps it in three zones; where the organisation has a trail, the log archive has it instead
  #checkov:skip=CKV2_AWS_62:alarms watch the trail in its log group; nothing acts on single files
  count = var.account_wide ? 1 : 0

  bucket              = local.log_bucket
  force_destroy       = var.records_removable
  object_lock_enabled = true
}

resource "aws_s3_bucket_ownership_controls" "log" {
  count = var.account_wide ? 1 : 0

  bucket = aws_s3_bucket.log[0].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "log" {
  count = var.account_wide ? 1 : 0

  bucket = aws_s3_bucket.log[0].id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "log" {
  count = var.account_wide ? 1 : 0

  bucket = aws_s3_bucket.log[0].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "log" {
  count = var.account_wide ? 1 : 0

  bucket = aws_s3_bucket.log[0].id

  rule {
    default_retention {
      mode = var.object_lock_mode
      days = var.log_retention_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.log]
}

resource "aws_s3_bucket_server_side_encryption_configuration" "log" {
  count = var.account_wide ? 1 : 0

  bucket = aws_s3_bucket.log[0].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.audit.arn
    }
  }
}

resource "aws_s3_bucket_logging" "log" {
  count = var.account_wide ? 1 : 0

  bucket        = aws_s3_bucket.log[0].id
  target_bucket = local.access_bucket
  target_prefix = "audit/"

  depends_on = [aws_s3_bucket_policy.access]
}

resource "aws_s3_bucket_lifecycle_configuration" "log" {
  count = var.account_wide && var.log_lifecycle ? 1 : 0

  bucket = aws_s3_bucket.log[0].id

  rule {
    id     = "old-records"
    status = "Enabled"

    filter {}

    transition {
      days          = 90
      storage_class = "GLACIER_IR"
    }

    # A record becomes an old version one day after its retention has ended, and goes for good a month later.
    expiration {
      days = var.log_retention_days + 1
    }

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.log]
}

resource "aws_s3_bucket_policy" "log" {
  count = var.account_wide ? 1 : 0

  bucket = aws_s3_bucket.log[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "s3:*"
        Principal = "*"
        Resource  = [local.log_arn, "${local.log_arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "NoWayAroundRetention"
        Effect    = "Deny"
        Action    = ["s3:BypassGovernanceRetention", "s3:PutObjectRetention"]
        Principal = "*"
        Resource  = "${local.log_arn}/*"
      },
      {
        Sid       = "TrailAsks"
        Effect    = "Allow"
        Action    = "s3:GetBucketAcl"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Resource  = local.log_arn
        Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn } }
      },
      {
        Sid       = "TrailWrites"
        Effect    = "Allow"
        Action    = "s3:PutObject"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Resource  = "${local.log_arn}/AWSLogs/${local.account}/*"
        Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn, "s3:x-amz-acl" = "bucket-owner-full-control" } }
      },
      {
        Sid       = "FlowLogsAsk"
        Effect    = "Allow"
        Action    = ["s3:GetBucketAcl", "s3:ListBucket"]
        Principal = { Service = "delivery.logs.amazonaws.com" }
        Resource  = local.log_arn
        Condition = local.from_flow_logs
      },
      {
        Sid       = "FlowLogsWrite"
        Effect    = "Allow"
        Action    = "s3:PutObject"
        Principal = { Service = "delivery.logs.amazonaws.com" }
        Resource  = "${local.log_arn}/flow-logs/AWSLogs/${local.account}/*"
        Condition = merge(local.from_flow_logs, {
          StringEquals = merge(local.from_flow_logs.StringEquals, { "s3:x-amz-acl" = "bucket-owner-full-control" })
        })
      },
    ]
  })

  depends_on = [aws_s3_bucket_public_access_block.log]
}
