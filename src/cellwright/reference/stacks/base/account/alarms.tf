locals {
  in_record_bucket = join(" || ", [for bucket in local.record_buckets : "$.requestParameters.bucketName = \"${bucket}\""])

  # What somebody has to look at, whoever did it. The trail holds all regions, so this is watched in one of them.
  patterns = merge(
    {
      root-use         = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
      break-glass-use  = "{ ($.eventName = \"AssumeRole\" && $.requestParameters.roleArn = \"${local.break_glass_arn}\") || $.userIdentity.sessionContext.sessionIssuer.arn = \"${local.break_glass_arn}\" }"
      sign-in-no-mfa   = "{ $.eventName = \"ConsoleLogin\" && $.additionalEventData.MFAUsed != \"Yes\" && $.userIdentity.type = \"IAMUser\" && $.responseElements.ConsoleLogin = \"Success\" }"
      trail-tampering  = "{ $.eventSource = \"cloudtrail.amazonaws.com\" && ($.eventName = \"StopLogging\" || $.eventName = \"DeleteTrail\" || $.eventName = \"UpdateTrail\" || $.eventName = \"PutEventSelectors\") }"
      record-tampering = "{ $.eventSource = \"s3.amazonaws.com\" && (${local.in_record_bucket}) && ($.eventName = \"Put*\" || $.eventName = \"Delete*\") }"
      log-tampering    = "{ $.eventSource = \"logs.amazonaws.com\" && $.requestParameters.logGroupName = \"${local.trail_log_group}\" && ($.eventName = \"Delete*\" || $.eventName = \"PutRetentionPolicy\" || $.eventName = \"PutMetricFilter\") }"
      alarm-tampering  = "{ $.eventSource = \"monitoring.amazonaws.com\" && ($.eventName = \"DeleteAlarms\" || $.eventName = \"DisableAlarmActions\") }"
      flow-log-removal = "{ $.eventSource = \"ec2.amazonaws.com\" && $.eventName = \"DeleteFlowLogs\" }"
      backup-tampering = "{ $.eventSource = \"backup.amazonaws.com\" && ($.eventName = \"DeleteRecoveryPoint\" || $.eventName = \"DeleteBackupVault*\" || $.eventName = \"PutBackupVaultAccessPolicy\") }"
      told-no-more     = "{ $.eventSource = \"sns.amazonaws.com\" && $.eventName = \"Unsubscribe\" && $.requestParameters.subscriptionArn = \"${local.topic_arn}:*\" }"
      config-tampering = "{ $.eventSource = \"config.amazonaws.com\" && ($.eventName = \"StopConfigurationRecorder\" || $.eventName = \"DeleteConfigurationRecorder\" || $.eventName = \"DeleteDeliveryChannel\" || $.eventName = \"PutConfigurationRecorder\") }"
      detector-removal = "{ $.eventSource = \"guardduty.amazonaws.com\" && ($.eventName = \"DeleteDetector\" || ($.eventName = \"UpdateDetector\" && $.requestParameters.enable IS FALSE)) }"
      key-loss         = "{ $.eventSource = \"kms.amazonaws.com\" && ($.eventName = \"DisableKey\" || $.eventName = \"ScheduleKeyDeletion\") }"
    },
    var.alarm_patterns,
  )

  watched = local.own_trail ? local.patterns : {}
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.watched

  name           = "${var.name}-${each.key}"
  pattern        = each.value
  log_group_name = aws_cloudwatch_log_group.trail[0].name

  metric_transformation {
    name      = each.key
    namespace = "Audit/${var.name}"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.watched

  alarm_name          = "audit-${var.name}-${each.key}"
  alarm_description   = "Seen in the trail of ${var.name}: ${each.key}"
  namespace           = "Audit/${var.name}"
  metric_name         = each.key
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_sns_topic" "alarms" {
  name              = local.topic_name
  kms_master_key_id = aws_kms_key.audit.arn
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Alarms"
        Effect    = "Allow"
        Action    = "sns:Publish"
        Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com"] }
        Resource  = local.topic_arn
        Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "sns:Publish"
        Principal = "*"
        Resource  = local.topic_arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "people" {
  for_each = var.alarm_emails

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.key
}
