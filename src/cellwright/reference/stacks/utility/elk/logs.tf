locals {
  log_types = {
    AUDIT_LOGS          = "audit"
    ES_APPLICATION_LOGS = "application"
    INDEX_SLOW_LOGS     = "slow-indexing"
    SEARCH_SLOW_LOGS    = "slow-search"
  }

  group_prefix     = "/elk/${var.name}/"
  group_prefix_arn = "arn:${local.partition}:logs:${local.arn_tail}:log-group:${local.group_prefix}"
}

resource "aws_cloudwatch_log_group" "domain" {
  for_each = local.log_types

  name              = "${local.group_prefix}${each.value}"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.this.arn
}

resource "aws_cloudwatch_log_group" "delivery" {
  name              = "${local.group_prefix}delivery"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.this.arn
}

resource "aws_cloudwatch_log_stream" "delivery" {
  for_each = toset(["domain", "bucket"])

  name           = each.key
  log_group_name = aws_cloudwatch_log_group.delivery.name
}

resource "aws_cloudwatch_log_resource_policy" "domain" {
  policy_name = "${local.full_name}-domain"

  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Domain"
      Effect    = "Allow"
      Action    = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"]
      Principal = { Service = "es.amazonaws.com" }
      Resource  = "${local.group_prefix_arn}*"
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = local.domain_arn }
      }
    }]
  })
}

resource "aws_cloudwatch_log_subscription_filter" "this" {
  for_each = var.log_groups

  name            = local.full_name
  log_group_name  = each.value
  filter_pattern  = ""
  destination_arn = aws_kinesis_firehose_delivery_stream.this.arn
  role_arn        = aws_iam_role.subscription.arn

  depends_on = [aws_lambda_invocation.setup]
}
