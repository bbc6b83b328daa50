output "home" {
  description = "Where files land, as bucket and prefix."
  value       = "/${var.bucket}/${local.prefix}"
}

output "session_role_arn" {
  description = "The role of SFTP sessions."
  value       = aws_iam_role.session.arn
}

output "security_group_id" {
  description = "The security group that lets partners in."
  value       = aws_security_group.this.id
}

output "log_group" {
  description = "Where transfers are recorded."
  value       = aws_cloudwatch_log_group.this.name
}
