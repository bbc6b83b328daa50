output "address" {
  description = "Where Consul's API and its pages are reached."
  value       = local.address
}

output "join_address" {
  description = "The name under which agents find the servers (`retry_join`)."
  value       = local.host
}

output "gossip_secret_arn" {
  description = "The secret that holds the gossip key, for agents."
  value       = aws_secretsmanager_secret.gossip.arn
}

output "management_token_secret_arn" {
  description = "The secret that holds the token with all rights."
  value       = aws_secretsmanager_secret.management.arn
}

output "certificate_secret_arn" {
  description = "The secret into which the certificate, its key and its authority are put."
  value       = aws_secretsmanager_secret.certificate.arn
}

output "key_arn" {
  description = "The key with which Consul's secrets are encrypted; who reads them needs it."
  value       = aws_kms_key.this.arn
}

output "security_group_id" {
  description = "The servers' security group."
  value       = aws_security_group.this.id
}

output "log_group" {
  description = "The servers' log group."
  value       = aws_cloudwatch_log_group.this.name
}
