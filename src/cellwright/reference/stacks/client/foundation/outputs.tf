output "kms_key_arn" {
  description = "The client's key."
  value       = aws_kms_key.this.arn
}

output "kms_alias" {
  description = "The key's name."
  value       = aws_kms_alias.this.name
}

output "bucket" {
  description = "The client's bucket."
  value       = aws_s3_bucket.this.id
}

output "bucket_arn" {
  description = "The client's bucket, as policies name it."
  value       = aws_s3_bucket.this.arn
}

output "log_group" {
  description = "The client's log group."
  value       = aws_cloudwatch_log_group.this.name
}

output "service_role_arn" {
  description = "The role of the client's services."
  value       = aws_iam_role.service.arn
}
