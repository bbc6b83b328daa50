output "endpoint" {
  description = "The name under which the database is reached."
  value       = aws_db_instance.ledger.address
}

output "port" {
  description = "The port on which it listens."
  value       = aws_db_instance.ledger.port
}

output "database" {
  description = "The database's name."
  value       = aws_db_instance.ledger.db_name
}

output "owner" {
  description = "The user who owns the tables."
  value       = aws_db_instance.ledger.username
}

output "writer" {
  description = "The user as whom everybody signs in, with tokens of IAM."
  value       = var.writer
}

output "writer_arn" {
  description = "That user as IAM names it, for policies that allow rds-db:connect."
  value       = "arn:${local.partition}:rds-db:${var.region}:${local.account}:dbuser:${aws_db_instance.ledger.resource_id}/${var.writer}"
}

output "secret_arn" {
  description = "The secret that holds the owner's name and password; RDS renews it."
  value       = try(aws_db_instance.ledger.master_user_secret[0].secret_arn, null)
}

output "security_group_id" {
  description = "The database's security group."
  value       = aws_security_group.ledger.id
}
