output "domain_arn" {
  description = "The OpenSearch domain."
  value       = aws_opensearch_domain.this.arn
}

output "endpoint" {
  description = "The domain's host name, within the VPC."
  value       = aws_opensearch_domain.this.endpoint
}

output "dashboard" {
  description = "Where OpenSearch Dashboards is reached, within the VPC."
  value       = "https://${aws_opensearch_domain.this.dashboard_endpoint}"
}

output "delivery_stream_arn" {
  description = "The stream to which log groups subscribe."
  value       = aws_kinesis_firehose_delivery_stream.this.arn

  # What arrives before the domain knows who brings it ends among the failed records.
  depends_on = [aws_lambda_invocation.setup]
}

output "subscription_role_arn" {
  description = "The role with which log groups send there."
  value       = aws_iam_role.subscription.arn
}

output "delivery_role_arn" {
  description = "The role that writes documents."
  value       = aws_iam_role.delivery.arn
}

output "failed_bucket" {
  description = "The bucket for records that could not be delivered."
  value       = aws_s3_bucket.failed.id
}

output "security_group_id" {
  description = "The domain's security group."
  value       = aws_security_group.domain.id
}
