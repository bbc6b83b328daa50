output "web_acl_arn" {
  description = "The web ACL, for further load balancers."
  value       = aws_wafv2_web_acl.this.arn
}

output "topic_arn" {
  description = "The topic to which findings go."
  value       = aws_sns_topic.findings.arn
}

output "backup_vault_name" {
  description = "The vault in which backups are kept."
  value       = aws_backup_vault.this.name
}

output "backup_vault_arn" {
  description = "The vault, as policies and copies name it."
  value       = aws_backup_vault.this.arn
}

output "backup_role_arn" {
  description = "The role that takes backups."
  value       = aws_iam_role.backup.arn
}

output "backup_plan_id" {
  description = "The plan that says when backups are taken."
  value       = aws_backup_plan.this.id
}

output "web_log_group" {
  description = "The log of web requests."
  value       = aws_cloudwatch_log_group.web.name
}
