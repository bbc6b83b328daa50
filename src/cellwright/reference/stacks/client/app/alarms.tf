locals {
  cluster = element(split("/", var.cluster_arn), 1)
  actions = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]

  service_alarms = {
    cpu    = { metric = "CPUUtilization", threshold = var.alarms.cpu_percent, meaning = "The processors are busy" }
    memory = { metric = "MemoryUtilization", threshold = var.alarms.memory_percent, meaning = "Memory is nearly used up" }
  }

  target_alarms = {
    unhealthy = { metric = "UnHealthyHostCount", statistic = "Maximum", threshold = 0, meaning = "Copies don't answer the load balancer" }
    errors    = { metric = "HTTPCode_Target_5XX_Count", statistic = "Sum", threshold = var.alarms.errors, meaning = "Many answers say that the service failed" }
  }
}

resource "aws_cloudwatch_metric_alarm" "service" {
  for_each = local.service_alarms

  alarm_name          = "client-${var.name}-app-${each.key}"
  alarm_description   = "${each.value.meaning} in the app of ${var.name}"
  namespace           = "AWS/ECS"
  metric_name         = each.value.metric
  dimensions          = { ClusterName = local.cluster, ServiceName = local.running.name }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold

  alarm_actions = local.actions
  ok_actions    = local.actions
}

resource "aws_cloudwatch_metric_alarm" "target" {
  for_each = { for name, alarm in local.target_alarms : name => alarm if local.balanced }

  alarm_name        = "client-${var.name}-app-${each.key}"
  alarm_description = "${each.value.meaning}: the app of ${var.name}"
  namespace         = "AWS/ApplicationELB"
  metric_name       = each.value.metric

  dimensions = {
    LoadBalancer = join("/", slice(split("/", var.listener_arn), 1, 4))
    TargetGroup  = aws_lb_target_group.this[0].arn_suffix
  }

  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"

  alarm_actions = local.actions
  ok_actions    = local.actions
}
