output "arn" {
  value       = aws_thing.this.arn
  description = "Its ARN."
}

output "secret" {
  value     = var.token
  sensitive = true
}
