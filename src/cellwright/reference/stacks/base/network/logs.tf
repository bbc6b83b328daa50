locals {
  own_key   = var.flow_logs && var.kms_key_arn == null
  log_group = "/vpc/${var.name}/flows"
  log_days  = coalesce(var.log_retention_days, var.flow_log_bucket_arn == null ? 2192 : 90)
  log_arn   = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:${local.log_group}"
}

resource "aws_kms_key" "logs" {
  count = local.own_key ? 1 : 0

  description             = "Flow logs of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # The account as a whole holds the key, so that it can't be lost with a role; IAM says who may use it.
      {
        Sid       = "Account"
        Effect    = "Allow"
        Action    = "kms:*"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Resource  = "*"
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Resource  = "*"
        Condition = { ArnEquals = { "kms:EncryptionContext:aws:logs:arn" = local.log_arn } }
      },
    ]
  })
}

resource "aws_cloudwatch_log_group" "flows" {
  count = var.flow_logs ? 1 : 0

  name              = local.log_group
  retention_in_days = local.log_days
  kms_key_id        = local.own_key ? aws_kms_key.logs[0].arn : var.kms_key_arn
}

resource "aws_flow_log" "this" {
  count = var.flow_logs ? 1 : 0

  vpc_id          = aws_vpc.this.id
  traffic_type    = "ALL"
  iam_role_arn    = aws_iam_role.flows[0].arn
  log_destination = aws_cloudwatch_log_group.flows[0].arn

  tags = { Name = var.name }
}

# CloudWatch is for looking things up, and charges for each month; what has to be kept for years lies in a bucket, at a
# tenth of the price.
resource "aws_flow_log" "kept" {
  count = var.flow_logs && var.flow_log_bucket_arn != null ? 1 : 0

  vpc_id               = aws_vpc.this.id
  traffic_type         = "ALL"
  log_destination_type = "s3"
  log_destination      = var.flow_log_bucket_arn

  tags = { Name = "${var.name}-kept" }
}

resource "aws_iam_role" "flows" {
  count = var.flow_logs ? 1 : 0

  name                 = "${var.name}-flow-logs"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Writes the flow logs of ${var.name}"
  permissions_boundary = var.boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:ec2:${var.region}:${local.account}:vpc-flow-log/*" }
      }
    }]
  })
}

resource "aws_iam_role_policy" "flows" {
  count = var.flow_logs ? 1 : 0

  name = "own-log-group"
  role = aws_iam_role.flows[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Write"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      Resource = [local.log_arn, "${local.log_arn}:*"]
    }]
  })
}
