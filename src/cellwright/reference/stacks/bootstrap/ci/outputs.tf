output "apply_role_arn" {
  description = "The role that the pipeline takes to apply; null: nobody may take it."
  value       = try(aws_iam_role.pipeline["apply"].arn, null)
}

output "plan_role_arn" {
  description = "The role that the pipeline takes to plan; null: nobody may take it."
  value       = try(aws_iam_role.pipeline["plan"].arn, null)
}

output "provider_arn" {
  description = "The pipeline's identity provider, as IAM knows it; null: there is none."
  value       = try(aws_iam_openid_connect_provider.pipeline[0].arn, null)
}
