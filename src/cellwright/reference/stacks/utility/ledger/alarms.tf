resource "aws_cloudwatch_metric_alarm" "ledger" {
  for_each = {
    FreeStorageSpace = { below = true, threshold = 5 * 1024 * 1024 * 1024, says = "has less than 5 GiB of disk left" }
    FreeableMemory   = { below = true, threshold = 128 * 1024 * 1024, says = "has less than 128 MiB of memory left" }
    CPUUtilization   = { below = false, threshold = 80, says = "is busy" }
  }

  alarm_name          = "${local.identifier}-${each.key}"
  alarm_description   = "The ledger of ${var.name} ${each.value.says}"
  namespace           = "AWS/RDS"
  metric_name         = each.key
  dimensions          = { DBInstanceIdentifier = aws_db_instance.ledger.identifier }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = each.value.below ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = each.value.threshold
  # A database that tells nothing is one that is gone.
  treat_missing_data = "breaching"
  alarm_actions      = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
  ok_actions         = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
}
