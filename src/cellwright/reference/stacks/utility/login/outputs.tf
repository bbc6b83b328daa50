output "account_id" {
  description = "The account whose services sign in by this role."
  value       = local.account
}

output "role_arn" {
  description = "The role that Vault takes; it is told of it once (see the README)."
  value       = aws_iam_role.this.arn
}
