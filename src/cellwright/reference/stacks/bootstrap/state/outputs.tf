output "bucket" {
  description = "The bucket's name, for the state's settings."
  value       = aws_s3_bucket.state.id
}

output "bucket_arn" {
  description = "The bucket, for the policies of who uses it."
  value       = aws_s3_bucket.state.arn
}

output "kms_key_arn" {
  description = "The key that states are encrypted with, for the state's settings and the policies of who uses them."
  value       = aws_kms_key.state.arn
}

output "region" {
  description = "The region in which states lie."
  value       = var.region
}

output "account_id" {
  description = "The account in which states lie."
  value       = local.account
}
