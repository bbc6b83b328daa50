locals {
  # Whole names: the beginning of this client's could be that of another's.
  group_pattern = "^client-${var.name}-(?:${join("|", sort(keys(var.groups)))})$"
}

resource "okta_group" "this" {
  for_each = var.groups

  name        = "client-${var.name}-${each.key}"
  description = "${var.name}: ${each.value} (fleet ${var.tags["Fleet"]}, kept by ${var.tags["ManagedBy"]})"
}

resource "okta_app_oauth" "this" {
  label      = "client-${var.name}"
  type       = "web"
  admin_note = "Kept by ${var.tags["ManagedBy"]} in fleet ${var.tags["Fleet"]}; changes by hand are undone."
  profile    = jsonencode(var.tags)

  grant_types               = ["authorization_code"]
  response_types            = ["code"]
  redirect_uris             = var.redirect_uris
  post_logout_redirect_uris = var.post_logout_redirect_uris
  pkce_required             = true

  token_endpoint_auth_method = var.jwks_uri == null ? "client_secret_basic" : "private_key_jwt"
  jwks_uri                   = var.jwks_uri

  # Without this the secret would stand in Terraform's state.
  omit_secret = true

  authentication_policy = okta_app_signon_policy.this.id

  dynamic "groups_claim" {
    for_each = var.groups_claim == null ? [] : [var.groups_claim]

    content {
      name        = groups_claim.value
      type        = "FILTER"
      filter_type = "REGEX"
      value       = local.group_pattern
    }
  }
}

# One resource for all groups: it takes away every assignment that it does not know, those made by hand included.
resource "okta_app_group_assignments" "this" {
  app_id = okta_app_oauth.this.id

  dynamic "group" {
    for_each = { for index, name in sort(keys(var.groups)) : name => index }

    content {
      id       = okta_group.this[group.key].id
      priority = group.value
    }
  }
}
