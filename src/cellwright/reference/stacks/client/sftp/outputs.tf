output "home" {
  description = "Where files land, as bucket and prefix; each user's lie below that, in a folder of its name."
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

output "address" {
  description = "The server's name, for partners inside the network or over its public addresses; null without a server."
  value       = var.server ? aws_transfer_server.this[0].endpoint : null
}

output "public_addresses" {
  description = "The server's fixed public addresses; empty without."
  value       = aws_eip.this[*].public_ip
}
