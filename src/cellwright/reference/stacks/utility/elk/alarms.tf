# What AWS advises to watch of a domain, and what cuts people off from their logs.
locals {
  watched = {
    red      = { says = "A primary shard is missing: some records can't be found", metric = "ClusterStatus.red", statistic = "Maximum", least = 1, minutes = 1 }
    yellow   = { says = "Copies of shards are missing for half an hour", metric = "ClusterStatus.yellow", statistic = "Maximum", least = 1, minutes = 30 }
    blocked  = { says = "The domain takes no records any more", metric = "ClusterIndexWritesBlocked", statistic = "Maximum", least = 1, minutes = 5 }
    memory   = { says = "Java's memory is nearly used up", metric = "JVMMemoryPressure", statistic = "Maximum", least = 85, minutes = 15 }
    managers = { says = "The memory of the nodes that manage the others is nearly used up", metric = "MasterJVMMemoryPressure", statistic = "Maximum", least = 85, minutes = 15 }
    cpu      = { says = "The processors have been busy for a quarter of an hour", metric = "CPUUtilization", statistic = "Average", least = 80, minutes = 15 }
    key      = { says = "The key is disabled: AWS will take the domain down", metric = "KMSKeyError", statistic = "Maximum", least = 1, minutes = 1 }
    snapshot = { says = "AWS could take no snapshot", metric = "AutomatedSnapshotFailure", statistic = "Maximum", least = 1, minutes = 1 }
  }

  # A quarter of each node's disk, in MiB; OpenSearch stops taking records at a fifth or at 20 GiB.
  least_space = var.nodes.volume_size * 1024 / 4
  alarmed     = var.alarm_topic_arn == null ? {} : { for name, watch in local.watched : name => watch if name != "managers" || var.managers != null }
}

resource "aws_cloudwatch_metric_alarm" "domain" {
  for_each = local.alarmed

  alarm_name          = "${local.full_name}-${each.key}"
  alarm_description   = "OpenSearch in ${var.name}: ${each.value.says}"
  namespace           = "AWS/ES"
  metric_name         = each.value.metric
  dimensions          = { ClientId = local.account, DomainName = aws_opensearch_domain.this.domain_name }
  statistic           = each.value.statistic
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.least
  evaluation_periods  = each.value.minutes
  period              = 60
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "space" {
  count = var.alarm_topic_arn == null ? 0 : 1

  alarm_name          = "${local.full_name}-space"
  alarm_description   = "OpenSearch in ${var.name}: a node's disk is three quarters full"
  namespace           = "AWS/ES"
  metric_name         = "FreeStorageSpace"
  dimensions          = { ClientId = local.account, DomainName = aws_opensearch_domain.this.domain_name }
  statistic           = "Minimum"
  comparison_operator = "LessThanOrEqualToThreshold"
  threshold           = local.least_space
  evaluation_periods  = 5
  period              = 60
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
