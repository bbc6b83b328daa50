output "service_name" {
  description = "The host, as people start and stop it."
  value       = aws_ecs_service.this.name
}

output "cluster_name" {
  description = "The cluster on which it runs."
  value       = local.cluster_name
}

output "people_policy_arn" {
  description = "The policy for the role of those who may come in."
  value       = aws_iam_policy.people.arn
}

output "security_group_id" {
  description = "The host's security group, for services that let in groups rather than addresses."
  value       = aws_security_group.this.id
}

output "role_arn" {
  description = "The host's role."
  value       = aws_iam_role.this.arn
}
