output "service_name" {
  description = "The service in its cluster, as metrics and alarms use it."
  value       = aws_ecs_service.this.name
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
