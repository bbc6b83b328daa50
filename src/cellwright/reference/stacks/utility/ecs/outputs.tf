output "cluster_arn" {
  description = "The cluster."
  value       = aws_ecs_cluster.this.arn
}

output "cluster_name" {
  description = "The cluster's name, as metrics and alarms use it."
  value       = aws_ecs_cluster.this.name
}

output "namespace_id" {
  description = "The Cloud Map namespace in which services register."
  value       = aws_service_discovery_private_dns_namespace.this.id
}

output "namespace" {
  description = "The DNS name under which services are found."
  value       = aws_service_discovery_private_dns_namespace.this.name
}
