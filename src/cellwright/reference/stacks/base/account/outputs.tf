output "account_id" {
  description = "The account."
  value       = local.account
}

output "kms_key_arn" {
  description = "The key of audit records; log groups of this account and region may use it."
  value       = aws_kms_key.audit.arn
}

output "volume_key_arn" {
  description = "The key of volumes that name no other."
  value       = aws_kms_key.volumes.arn
}

output "trail_bucket" {
  description = "The bucket of the trail; null where another cell of the account has it."
  value       = one(aws_s3_bucket.log[*].id)
}

output "flow_log_bucket_arn" {
  description = "Where networks' flow logs are kept, beside the trail; null where another cell of the account has that bucket."
  value       = var.account_wide ? "${local.log_arn}/flow-logs/" : null

  # Who writes there has to be let in first.
  depends_on = [aws_s3_bucket_policy.log]
}

output "config_bucket" {
  description = "The bucket of the history of configurations; null if Config is switched off."
  value       = one(aws_s3_bucket.history[*].id)
}

output "trail_arn" {
  description = "The trail of the whole account; null where another cell of the account has it, or the organisation."
  value       = one(aws_cloudtrail.this[*].arn)
}

output "access_log_bucket" {
  description = "The bucket into which buckets and load balancers of this account and region write who asked what."
  value       = aws_s3_bucket.access.id

  # Who logs there has to be let in first.
  depends_on = [aws_s3_bucket_policy.access]
}

output "boundary_arn" {
  description = "The permissions boundary that every role made in this cell carries."
  value       = aws_iam_policy.boundary.arn
}

output "backup_boundary_arn" {
  description = "The permissions boundary of the role of AWS Backup."
  value       = aws_iam_policy.backup_boundary.arn
}

output "auditor_role_arn" {
  description = "The role of auditors; null where another cell of the account has it."
  value       = one(aws_iam_role.auditor[*].arn)
}

output "deployer_role_arn" {
  description = "The role of deployments; null where another cell of the account has it."
  value       = one(aws_iam_role.deployer[*].arn)
}

output "deployer_principals" {
  description = "Who may take the deployers, clients' too."
  value       = local.trusted.deployer
}

output "client_deployer_policy_arns" {
  description = "What the deployer of one client may do, by the policies' names; client/foundation makes the role."
  value       = { for name, policy in aws_iam_policy.client_deployer : name => policy.arn }
}

output "client_deployer_boundary_arn" {
  description = "The permissions boundary of the deployer of one client."
  value       = aws_iam_policy.client_deployer_boundary.arn
}

output "break_glass_role_arn" {
  description = "The role for emergencies; null where another cell of the account has it."
  value       = one(aws_iam_role.break_glass[*].arn)
}

output "alarm_topic_arn" {
  description = "The topic that alarms of this account and region go to."
  value       = aws_sns_topic.alarms.arn
}

output "detector_id" {
  description = "GuardDuty's detector; null if it is switched off."
  value       = one(aws_guardduty_detector.this[*].id)
}
