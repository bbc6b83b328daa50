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

output "namespace_zone_id" {
  description = "The private DNS zone of the namespace."
  value       = aws_service_discovery_private_dns_namespace.this.hosted_zone
}

output "shared_zone_ids" {
  description = "The same zone, by the cells whose networks may read it."
  value       = { for cell, authorization in aws_route53_vpc_association_authorization.this : cell => authorization.zone_id }
}

output "execution_role_arn" {
  description = "The role with which ECS starts shared tasks; it reads no secret."
  value       = aws_iam_role.execution.arn
}

output "log_group" {
  description = "Where commands executed in containers are recorded."
  value       = aws_cloudwatch_log_group.commands.name
}

output "key_arn" {
  description = "The cell's key for tasks' disks and the record of commands; null without one."
  value       = local.key_arn
}

output "load_balancer_arn" {
  description = "The shared load balancer; null without one."
  value       = local.balanced ? aws_lb.this[0].arn : null
}

output "load_balancer_dns_name" {
  description = "The load balancer's name in DNS, to which services' own names point; null without one."
  value       = local.balanced ? aws_lb.this[0].dns_name : null
}

output "load_balancer_zone_id" {
  description = "The Route 53 zone of that name, for alias records; null without a load balancer."
  value       = local.balanced ? aws_lb.this[0].zone_id : null
}

output "load_balancer_security_group_id" {
  description = "The load balancer's security group, which services let in; null without one."
  value       = local.balanced ? aws_security_group.load_balancer[0].id : null
}

output "domain" {
  description = "The domain whose names the listener's certificate covers, and below which services get theirs; null if none was made."
  value       = local.made_certificate ? var.load_balancer.domain : null
}

output "domain_zone_id" {
  description = "The public zone of that domain; null if there is none."
  value       = local.made_certificate ? var.load_balancer.zone_id : null
}

output "listener_arn" {
  description = "The HTTPS listener, to which services add rules; null without a load balancer."
  value       = local.balanced ? aws_lb_listener.https[0].arn : null
}
