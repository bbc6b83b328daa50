output "organization_id" {
  description = "The organisation."
  value       = local.organization_id
}

output "audit_account_id" {
  description = "The account that administers security services for all; it may do so from now on."
  value       = var.audit_account_id

  depends_on = [aws_guardduty_organization_admin_account.this, aws_organizations_delegated_administrator.this, aws_securityhub_organization_admin_account.this]
}

output "trail_arn" {
  description = "The organisation's trail; null if there is none here."
  value       = one(aws_cloudtrail.this[*].arn)
}

output "alarm_topic_arn" {
  description = "The topic that tells of alarms on the organisation's trail; null if there is none here."
  value       = one(aws_sns_topic.alarms[*].arn)
}
