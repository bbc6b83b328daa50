output "address" {
  description = "Where Vault is reached."
  value       = local.address
}

output "unseal_key_arn" {
  description = "The key with which servers unseal themselves."
  value       = aws_kms_key.unseal.arn
}

output "security_group_id" {
  description = "The servers' security group."
  value       = aws_security_group.this.id
}

output "role_arn" {
  description = "The servers' role."
  value       = aws_iam_role.this.arn
}

output "table" {
  description = "The table in which Vault stores everything, encrypted by itself first."
  value       = aws_dynamodb_table.this.name
}

output "certificate_secret_arn" {
  description = "The secret into which the certificate, its key and its authority are put."
  value       = aws_secretsmanager_secret.certificate.arn
}

output "log_group" {
  description = "Where servers and their audit device write."
  value       = aws_cloudwatch_log_group.this.name
}
