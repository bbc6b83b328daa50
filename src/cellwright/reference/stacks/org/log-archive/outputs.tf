output "bucket" {
  description = "The bucket of all accounts' records."
  value       = aws_s3_bucket.this.id

  # Who writes there has to be let in first.
  depends_on = [aws_s3_bucket_policy.this]
}

output "kms_key_arn" {
  description = "The key that they are encrypted with."
  value       = aws_kms_key.this.arn
}
