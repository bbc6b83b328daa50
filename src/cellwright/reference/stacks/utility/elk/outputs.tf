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
}

output "subscription_role_arn" {
  description = "The role with which log groups send there."
  value       = aws_iam_role.subscription.arn
}

output "delivery_role_arn" {
  description = "The role that writes documents; the domain has to be told what it may do (see the README)."
  value       = aws_iam_role.delivery.arn
}

output "failed_bucket" {
  description = "The bucket for records that could not be delivered."
  value       = aws_s3_bucket.failed.id
}

output "lifecycle_policy" {
  description = "The policy that deletes old indices, to be given to the domain (see the README)."
  value       = templatefile("${path.module}/lifecycle.json.tftpl", { index_days = var.index_days })
}

output "security_group_id" {
  description = "The domain's security group."
  value       = aws_security_group.domain.id
}
