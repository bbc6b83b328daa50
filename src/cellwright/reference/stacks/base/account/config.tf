resource "aws_config_configuration_recorder" "this" {
  count = var.config ? 1 : 0

  name     = var.name
  role_arn = aws_iam_role.config[0].arn

  # IAM is the same in all regions; one of them records it.
  recording_group {
    all_supported                 = true
    include_global_resource_types = var.account_wide
  }
}

resource "aws_config_delivery_channel" "this" {
  count = var.config ? 1 : 0

  name           = var.name
  s3_bucket_name = aws_s3_bucket.history[0].id
  s3_kms_key_arn = aws_kms_key.audit.arn

  snapshot_delivery_properties {
    delivery_frequency = "TwentyFour_Hours"
  }

  depends_on = [aws_config_configuration_recorder.this, aws_iam_role_policy.config]
}

resource "aws_config_configuration_recorder_status" "this" {
  count = var.config ? 1 : 0

  name       = aws_config_configuration_recorder.this[0].name
  is_enabled = true

  depends_on = [aws_config_delivery_channel.this]
}

resource "aws_config_retention_configuration" "this" {
  count = var.config ? 1 : 0

  retention_period_in_days = min(var.log_retention_days, 2557)
}

resource "aws_config_config_rule" "this" {
  for_each = var.config ? var.config_rules : {}

  name             = each.key
  input_parameters = length(each.value.parameters) == 0 ? null : jsonencode(each.value.parameters)

  source {
    owner             = "AWS"
    source_identifier = each.value.identifier
  }

  depends_on = [aws_config_configuration_recorder_status.this]
}

resource "aws_iam_role" "config" {
  count = var.config ? 1 : 0

  name        = "${var.name}-config"
  description = "Records how things are set in ${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "config.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "config" {
  count = var.config ? 1 : 0

  role       = aws_iam_role.config[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWS_ConfigRole"
}

resource "aws_iam_role_policy" "config" {
  count = var.config ? 1 : 0

  name = "own-records"
  role = aws_iam_role.config[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Bucket"
        Effect   = "Allow"
        Action   = ["s3:GetBucketAcl", "s3:ListBucket"]
        Resource = local.history_arn
      },
      {
        Sid       = "Records"
        Effect    = "Allow"
        Action    = "s3:PutObject"
        Resource  = "${local.history_arn}/AWSLogs/${local.account}/Config/*"
        Condition = { StringLike = { "s3:x-amz-acl" = "bucket-owner-full-control" } }
      },
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = aws_kms_key.audit.arn
      },
    ]
  })
}
