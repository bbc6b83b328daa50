locals {
  trail_arn       = "arn:${local.partition}:cloudtrail:${var.region}:${local.account}:trail/${var.name}"
  trail_log_group = "/audit/${var.name}/organization"
  trail_log_arn   = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:${local.trail_log_group}"
  topic_name      = "${var.name}-organization-alarms"
  topic_arn       = "arn:${local.partition}:sns:${var.region}:${local.account}:${local.topic_name}"

  records           = concat(var.trail == null ? [] : [var.trail.bucket], sort(var.record_buckets))
  in_record_bucket  = join(" || ", [for bucket in local.records : "$.requestParameters.bucketName = \"${bucket}\""])
  break_glass_roles = "*:role/*-break-glass"

  # What each account's own trail raises an alarm for (base/account), seen in all accounts at once. Where an account
  # names a resource of its own, here is what all of them are called alike.
  patterns = merge(
    {
      root-use         = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
      break-glass-use  = "{ ($.eventName = \"AssumeRole\" && $.requestParameters.roleArn = \"${local.break_glass_roles}\") || $.userIdentity.sessionContext.sessionIssuer.arn = \"${local.break_glass_roles}\" }"
      sign-in-no-mfa   = "{ $.eventName = \"ConsoleLogin\" && $.additionalEventData.MFAUsed != \"Yes\" && $.userIdentity.type = \"IAMUser\" && $.responseElements.ConsoleLogin = \"Success\" }"
      trail-tampering  = "{ $.eventSource = \"cloudtrail.amazonaws.com\" && ($.eventName = \"StopLogging\" || $.eventName = \"DeleteTrail\" || $.eventName = \"UpdateTrail\" || $.eventName = \"PutEventSelectors\") }"
      record-tampering = "{ $.eventSource = \"s3.amazonaws.com\" && (${local.in_record_bucket}) && ($.eventName = \"Put*\" || $.eventName = \"Delete*\") }"
      log-tampering    = "{ $.eventSource = \"logs.amazonaws.com\" && $.requestParameters.logGroupName = \"/audit/*\" && ($.eventName = \"Delete*\" || $.eventName = \"PutRetentionPolicy\" || $.eventName = \"PutMetricFilter\") }"
      alarm-tampering  = "{ $.eventSource = \"monitoring.amazonaws.com\" && ($.eventName = \"DeleteAlarms\" || $.eventName = \"DisableAlarmActions\") }"
      flow-log-removal = "{ $.eventSource = \"ec2.amazonaws.com\" && $.eventName = \"DeleteFlowLogs\" }"
      backup-tampering = "{ $.eventSource = \"backup.amazonaws.com\" && ($.eventName = \"DeleteRecoveryPoint\" || $.eventName = \"DeleteBackupVault*\" || $.eventName = \"PutBackupVaultAccessPolicy\") }"
      told-no-more     = "{ $.eventSource = \"sns.amazonaws.com\" && $.eventName = \"Unsubscribe\" && $.requestParameters.subscriptionArn = \"*-alarms:*\" }"
      config-tampering = "{ $.eventSource = \"config.amazonaws.com\" && ($.eventName = \"StopConfigurationRecorder\" || $.eventName = \"DeleteConfigurationRecorder\" || $.eventName = \"DeleteDeliveryChannel\" || $.eventName = \"PutConfigurationRecorder\") }"
      detector-removal = "{ $.eventSource = \"guardduty.amazonaws.com\" && ($.eventName = \"DeleteDetector\" || ($.eventName = \"UpdateDetector\" && $.requestParameters.enable IS FALSE)) }"
      key-loss         = "{ $.eventSource = \"kms.amazonaws.com\" && ($.eventName = \"DisableKey\" || $.eventName = \"ScheduleKeyDeletion\") }"
    },
    var.alarm_patterns,
  )

  watched = var.trail == null ? {} : local.patterns
}

# What alarms watch. The evidence is what the same trail writes into the log archive.
resource "aws_cloudwatch_log_group" "trail" {
  #checkov:skip=CKV_AWS_338:alarms need days; the log archive keeps the same trail for six years
  count = var.trail == null ? 0 : 1

  name              = local.trail_log_group
  retention_in_days = var.trail_log_days
  kms_key_id        = aws_kms_key.alarms[0].arn
}

resource "aws_iam_role" "trail" {
  count = var.trail == null ? 0 : 1

  name        = "${var.name}-organization-trail"
  path        = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description = "Writes the organisation's trail into its log group"

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
  count = var.trail == null ? 0 : 1

  name = "own-log-group"
  role = aws_iam_role.trail[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "Write"
      Effect = "Allow"
      Action = ["logs:CreateLogStream", "logs:PutLogEvents"]
      # This account's own events, and those of the members.
      Resource = [
        "${local.trail_log_arn}:log-stream:${local.account}_CloudTrail_*",
        "${local.trail_log_arn}:log-stream:${local.organization_id}_*",
      ]
    }]
  })
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

  alarm_name          = "audit-${var.name}-organization-${each.key}"
  alarm_description   = "Seen in the trail of all accounts: ${each.key}. Which account it was stands in ${local.trail_log_group} as recipientAccountId."
  namespace           = "Audit/${var.name}"
  metric_name         = each.key
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms[0].arn]
}

resource "aws_sns_topic" "alarms" {
  count = var.trail == null ? 0 : 1

  name              = local.topic_name
  kms_master_key_id = aws_kms_key.alarms[0].arn
}

resource "aws_sns_topic_policy" "alarms" {
  count = var.trail == null ? 0 : 1

  arn = aws_sns_topic.alarms[0].arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Alarms"
        Effect    = "Allow"
        Action    = "sns:Publish"
        Principal = { Service = "cloudwatch.amazonaws.com" }
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
  for_each = var.trail == null ? toset([]) : var.alarm_emails

  topic_arn = aws_sns_topic.alarms[0].arn
  protocol  = "email"
  endpoint  = each.key
}
