output "service_names" {
  description = "What the client's services are called in Consul, by their short names."
  value       = local.names
}

output "config_prefix" {
  description = "Below which keys the client's services find their configuration."
  value       = "${local.keys}/config/"
}

output "state_prefix" {
  description = "Below which keys the client's services may write."
  value       = "${local.keys}/state/"
}

output "role_id" {
  description = "The ACL role of the client's services."
  value       = consul_acl_role.services.id
}

output "role_name" {
  description = "The role's name, by which tokens are made."
  value       = consul_acl_role.services.name
}
