locals {
  alarms = {
    cpu = {
      metric    = "CPUUtilization"
      operator  = "GreaterThanThreshold"
      threshold = var.alarms.cpu_percent
      meaning   = "The processor is busy"
    }
    free-storage = {
      metric    = "FreeStorageSpace"
      operator  = "LessThanThreshold"
      threshold = var.alarms.free_storage_gib * 1024 * 1024 * 1024
      meaning   = "The disk is nearly full"
    }
    free-memory = {
      metric    = "FreeableMemory"
      operator  = "LessThanThreshold"
      threshold = var.alarms.free_memory_mib * 1024 * 1024
      meaning   = "Memory is nearly used up"
    }
    connections = {
      metric    = "DatabaseConnections"
      operator  = "GreaterThanThreshold"
      threshold = var.alarms.connections
      meaning   = "Many connections are open"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "client-${var.name}-database-${each.key}"
  alarm_description   = "${each.value.meaning} in the database of ${var.name}"
  namespace           = "AWS/RDS"
  metric_name         = each.value.metric
  dimensions          = { DBInstanceIdentifier = aws_db_instance.this.identifier }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = each.value.operator
  threshold           = each.value.threshold
  treat_missing_data  = "missing"

  alarm_actions = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
  ok_actions    = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
}
