locals {
  delivery_role_arn = "arn:${local.partition}:iam::${local.account}:role/${var.tags["Fleet"]}/${var.tags["Client"]}/${local.full_name}-delivery"

  stream_arn = "arn:${local.partition}:firehose:${local.arn_tail}:deliverystream/${local.full_name}"
}

resource "aws_kinesis_firehose_delivery_stream" "this" {
  name        = local.full_name
  destination = "opensearch"

  server_side_encryption {
    enabled  = true
    key_type = "CUSTOMER_MANAGED_CMK"
    key_arn  = aws_kms_key.this.arn
  }

  opensearch_configuration {
    domain_arn            = aws_opensearch_domain.this.arn
    role_arn              = aws_iam_role.delivery.arn
    index_name            = "logs"
    index_rotation_period = "OneDay"
    buffering_interval    = 60
    buffering_size        = 5
    retry_duration        = var.retry_seconds
    s3_backup_mode        = "FailedDocumentsOnly"

    vpc_config {
      subnet_ids         = var.subnet_ids
      security_group_ids = [aws_security_group.delivery.id]
      role_arn           = aws_iam_role.delivery.arn
    }

    processing_configuration {
      enabled = true

      processors {
        type = "Lambda"

        parameters {
          parameter_name  = "LambdaArn"
          parameter_value = "${local.transform_arn}:$LATEST"
        }
      }
    }

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.delivery.name
      log_stream_name = aws_cloudwatch_log_stream.delivery["domain"].name
    }

    s3_configuration {
      bucket_arn         = aws_s3_bucket.failed.arn
      role_arn           = aws_iam_role.delivery.arn
      kms_key_arn        = aws_kms_key.this.arn
      compression_format = "GZIP"

      cloudwatch_logging_options {
        enabled         = true
        log_group_name  = aws_cloudwatch_log_group.delivery.name
        log_stream_name = aws_cloudwatch_log_stream.delivery["bucket"].name
      }
    }
  }

  depends_on = [aws_cloudformation_stack.transform, aws_iam_role_policy.delivery]
}

resource "aws_cloudwatch_metric_alarm" "delivery" {
  count = var.alarm_topic_arn == null ? 0 : 1

  alarm_name          = "${local.full_name}-delivery"
  alarm_description   = "Log records don't reach OpenSearch in ${var.name}"
  namespace           = "AWS/Firehose"
  metric_name         = "DeliveryToAmazonOpenSearchService.DataFreshness"
  dimensions          = { DeliveryStreamName = aws_kinesis_firehose_delivery_stream.this.name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 1800
  evaluation_periods  = 3
  period              = 300
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

# A record that the domain refuses, or that can't be taken apart, makes no other one wait: it goes into the bucket at once,
# and the stream is as fresh as ever.
resource "aws_cloudwatch_metric_alarm" "rejected" {
  for_each = var.alarm_topic_arn == null ? {} : {
    rejected    = { metric = "DeliveryToAmazonOpenSearchService.Success", says = "OpenSearch refuses log records" }
    unprocessed = { metric = "ExecuteProcessing.Success", says = "Log records can't be taken apart" }
  }

  alarm_name          = "${local.full_name}-${each.key}"
  alarm_description   = "${each.value.says} in ${var.name}: they lie in ${local.bucket}"
  namespace           = "AWS/Firehose"
  metric_name         = each.value.metric
  dimensions          = { DeliveryStreamName = aws_kinesis_firehose_delivery_stream.this.name }
  statistic           = "Average"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 1
  period              = 300
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
