output "service_name" {
  description = "The service in its cluster, as metrics and alarms use it."
  value       = local.running.name
}

output "task_definition_arn" {
  description = "The version of the task that runs."
  value       = aws_ecs_task_definition.this.arn
}

output "security_group_id" {
  description = "The app's security group."
  value       = aws_security_group.this.id
}

output "log_group" {
  description = "The app's log group."
  value       = aws_cloudwatch_log_group.this.name
}

output "target_group_arn" {
  description = "Where the load balancer sends requests; null without one."
  value       = local.balanced ? aws_lb_target_group.this[0].arn : null
}

output "address" {
  description = "The name under which the service is found."
  value       = local.domain == null ? "${aws_service_discovery_service.this.name}.${var.namespace}" : local.domain
}

output "settings_digest" {
  description = "A digest of the settings that the running copies were started with; it changes when they do."
  value       = local.settings_digest
}
