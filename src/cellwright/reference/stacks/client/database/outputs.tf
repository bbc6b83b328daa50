output "endpoint" {
  description = "The name under which the database is reached."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "The port on which it listens."
  value       = aws_db_instance.this.port
}

output "database" {
  description = "The name of the database."
  value       = aws_db_instance.this.db_name
}

output "service_user" {
  description = "The user as whom the client's services sign in, with tokens of IAM."
  value       = var.service_user
}

output "schema" {
  description = "The schema in which the client's services make their tables."
  value       = coalesce(var.schema, var.service_user)
}

output "log_groups" {
  description = "The database's log groups, by what they hold."
  value = merge(
    { for name, group in aws_cloudwatch_log_group.this : "database-${name}" => group.name },
    { for group in aws_cloudwatch_log_group.setup : "database-setup" => group.name },
  )
}

output "secret_arn" {
  description = "The secret that holds the master user's name and password; RDS renews it."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}

output "instance_arn" {
  description = "The instance, as backup plans name it."
  value       = aws_db_instance.this.arn
}

output "security_group_id" {
  description = "The database's security group."
  value       = aws_security_group.this.id
}
