locals {
  # Datadog writes tags in small letters, and keys in camel case with underscores; as it would change them, they are
  # given so. Thus monitors carry the same tags that its AWS integration gives to the client's resources.
  tags = [for key, value in var.tags : lower("${replace(key, "/([a-z])([A-Z])/", "$${1}_$${2}")}:${value}")]

  target_group = var.target_group_arn == null ? "" : element(split(":", var.target_group_arn), 5)

  # The name of an RDS instance's endpoint starts with that of the instance.
  database = var.database_endpoint == null ? "" : element(split(".", var.database_endpoint), 0)

  app_scope      = "aws_account:${var.account_id},clustername:${var.cluster_name},servicename:${var.service_name}"
  target_scope   = "aws_account:${var.account_id},targetgroup:${local.target_group}"
  database_scope = "aws_account:${var.account_id},dbinstanceidentifier:${local.database}"

  monitors = { for key, monitor in local.candidates : key => monitor if monitor.watched }
}

resource "datadog_monitor" "this" {
  for_each = local.monitors

  name     = "client-${var.name}: ${each.value.title}"
  type     = "query alert"
  message  = "${each.value.advice}\n\n${join(" ", sort(var.notify))}"
  query    = "${each.value.query} ${each.value.sign} ${each.value.limit}"
  priority = var.priority
  tags     = local.tags

  monitor_thresholds {
    critical = each.value.limit
  }

  # CloudWatch hands its metrics on late; judged earlier, the last minutes would be empty.
  evaluation_delay    = 900
  require_full_window = false
  renotify_interval   = var.renotify_minutes

  notify_no_data    = each.value.alarm_on_silence
  no_data_timeframe = 60
}

# How long monitors were in alarm is what an objective of this type counts.
resource "datadog_service_level_objective" "availability" {
  name        = "client-${var.name}: all copies of the app run"
  type        = "monitor"
  description = "The app of ${var.name} runs as many copies as its service asks for."
  monitor_ids = [datadog_monitor.this["copies"].id]
  tags        = local.tags

  dynamic "thresholds" {
    for_each = ["7d", "30d"]

    content {
      timeframe = thresholds.value
      target    = var.objective.target
      warning   = var.objective.warning
    }
  }
}
