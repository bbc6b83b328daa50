output "client_id" {
  description = "The app's identifier, which its services are configured with; no secret."
  value       = okta_app_oauth.this.client_id
}

output "app_id" {
  description = "The application, as Okta's API names it."
  value       = okta_app_oauth.this.id
}

output "group_ids" {
  description = "The groups, by their short names."
  value       = { for key, group in okta_group.this : key => group.id }
}

output "group_names" {
  description = "The groups' names as they appear in ID tokens, by their short names."
  value       = { for key, group in okta_group.this : key => group.name }
}

output "policy_id" {
  description = "The app's sign-on policy."
  value       = okta_app_signon_policy.this.id
}
