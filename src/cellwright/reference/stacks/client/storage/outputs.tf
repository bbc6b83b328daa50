output "bucket" {
  description = "The client's bucket."
  value       = aws_s3_bucket.this.id
}

output "bucket_arn" {
  description = "The client's bucket, as policies name it."
  value       = aws_s3_bucket.this.arn
}
