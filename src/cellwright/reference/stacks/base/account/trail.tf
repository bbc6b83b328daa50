locals {
  trail_log_group = "/audit/${var.name}/trail"
  trail_log_arn   = "arn:${local.partition}:logs:${local.arn_tail}:log-group:${local.trail_log_group}"
}

# What alarms watch. The evidence is what the same trail writes into its locked bucket.
resource "aws_cloudwatch_log_group" "trail" {
  #checkov:skip=CKV_AWS_338:alarms need days; the bucket keeps the same trail for six years
  count = local.own_trail ? 1 : 0

  name              = local.trail_log_group
  retention_in_days = var.trail_log_days
  kms_key_id        = aws_kms_key.audit.arn
}

# One trail for all regions of the account: a second one in another region would record, and cost, everything twice.
resource "aws_cloudtrail" "this" {
  #checkov:skip=CKV_AWS_252:alarms on the trail's log group tell people; a message for each file would tell nobody anything
  count = local.own_trail ? 1 : 0

  name                          = local.trail_name
  s3_bucket_name                = aws_s3_bucket.log[0].id
  kms_key_id                    = aws_kms_key.audit.arn
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.trail[0].arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.trail[0].arn

  advanced_event_selector {
    name = "Management"

    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }

  # Whoever reads or writes an object of a client is recorded. The buckets of records are left out: recording what the
  # trail writes would never end.
  dynamic "advanced_event_selector" {
    for_each = var.record_objects ? ["Objects"] : []

    content {
      name = advanced_event_selector.value

      field_selector {
        field  = "eventCategory"
        equals = ["Data"]
      }

      field_selector {
        field  = "resources.type"
        equals = ["AWS::S3::Object"]
      }

      field_selector {
        field           = "resources.ARN"
        starts_with     = ["arn:${local.partition}:s3:::${var.fleet}-"]
        not_starts_with = [for bucket in local.record_buckets : "arn:${local.partition}:s3:::${bucket}/"]
      }
    }
  }

  depends_on = [aws_iam_role_policy.trail, aws_s3_bucket_policy.log]
}

resource "aws_iam_role" "trail" {
  count = local.own_trail ? 1 : 0

  name        = "${var.name}-trail"
  description = "Writes the trail of ${var.name} into its log group"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceArn" = local.trail_arn } }
    }]
  })
}

resource "aws_iam_role_policy" "trail" {
  count = local.own_trail ? 1 : 0

  name = "own-log-group"
  role = aws_iam_role.trail[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Write"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${local.trail_log_arn}:log-stream:${local.account}_CloudTrail_*"
    }]
  })
}
