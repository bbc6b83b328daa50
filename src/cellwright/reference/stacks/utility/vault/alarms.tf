# The root token is for the first minutes and for emergencies. The audit log shows policies in clear.
resource "aws_cloudwatch_log_metric_filter" "root" {
  name           = "${local.full_name}-root-token"
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = "{ $.type = \"request\" && $.auth.policies[0] = \"root\" }"

  metric_transformation {
    name      = "${local.full_name}-root-token"
    namespace = "Vault"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "root" {
  count = var.alarm_topic_arn == null ? 0 : 1

  alarm_name          = "${local.full_name}-root-token"
  alarm_description   = "Somebody uses Vault's root token in ${var.name}"
  namespace           = "Vault"
  metric_name         = aws_cloudwatch_log_metric_filter.root.metric_transformation[0].name
  statistic           = "Sum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  evaluation_periods  = 1
  period              = 300
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "servers" {
  count = var.alarm_topic_arn == null || var.replicas == 0 ? 0 : 1

  alarm_name          = "${local.full_name}-servers"
  alarm_description   = "Fewer servers of Vault than there should be run in ${var.name}"
  namespace           = "ECS/ContainerInsights"
  metric_name         = "RunningTaskCount"
  dimensions          = { ClusterName = split("/", var.cluster_arn)[1], ServiceName = aws_ecs_service.this.name }
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = var.replicas
  evaluation_periods  = 5
  period              = 60
  treat_missing_data  = "breaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
