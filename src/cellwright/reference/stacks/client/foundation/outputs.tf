output "account_id" {
  description = "The account in which the client lives."
  value       = local.account
}

output "kms_key_arn" {
  description = "The client's key."
  value       = aws_kms_key.this.arn
}

output "kms_alias" {
  description = "The key's name."
  value       = aws_kms_alias.this.name
}

output "log_group" {
  description = "The client's log group."
  value       = aws_cloudwatch_log_group.this.name
}

output "secret_arn" {
  description = "The secret that holds the settings of the client's services."
  value       = aws_secretsmanager_secret.settings.arn
}

output "service_role_arn" {
  description = "The role of the client's services."
  value       = aws_iam_role.service.arn
}

output "service_role_name" {
  description = "The role's name, by which other stacks of this client add rights."
  value       = aws_iam_role.service.name
}

output "deployer_role_arn" {
  description = "The role that the client's other stacks are deployed with; null: the credentials as they are."
  value       = one(aws_iam_role.deployer[*].arn)

  # Before it is allowed anything, nobody needs it.
  depends_on = [aws_iam_role_policy_attachment.deployer]
}

output "boundary_arn" {
  description = "The boundary that every role of this client carries; null: none."
  value       = var.boundary_arn
}

output "cidr" {
  description = "The client's own block of addresses; null: it uses the account's subnets."
  value       = var.cidr
}

output "subnet_ids" {
  description = "The subnets in which the client's services run, in the order of the zones."
  value       = var.cidr == null ? var.shared_subnet_ids : [for zone in var.zones : aws_subnet.private[zone].id]
}

output "data_subnet_ids" {
  description = "The subnets in which the client's data stores stand, in the order of the zones."
  value       = var.cidr == null ? var.shared_data_subnet_ids : [for zone in var.zones : aws_subnet.data[zone].id]
}

output "security_group_id" {
  description = "The group of everything that runs for this client."
  value       = aws_security_group.members.id
}
