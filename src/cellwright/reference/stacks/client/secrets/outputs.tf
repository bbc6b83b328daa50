output "mount" {
  description = "Where the client's secrets are, as the KV commands name it."
  value       = vault_mount.this.path
}

output "mount_accessor" {
  description = "The mount, as audit logs name it."
  value       = vault_mount.this.accessor
}

output "auth_role" {
  description = "The role with which the client's services sign in."
  value       = vault_aws_auth_backend_role.services.role
}

output "login_path" {
  description = "Where the client's services sign in."
  value       = "auth/${var.auth_path}/login"
}

output "operators_group_id" {
  description = "The group of the people who write this client's secrets."
  value       = vault_identity_group.operators.id
}

output "policies" {
  description = "The policies, by whom they are for."
  value = {
    services  = vault_policy.services.name
    operators = vault_policy.operators.name
    auditors  = vault_policy.auditors.name
  }
}
