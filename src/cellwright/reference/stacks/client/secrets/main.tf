locals {
  # Names hold no slash, so no client's path is the beginning of another's.
  path = "clients/${var.name}"
}

resource "vault_mount" "this" {
  path        = local.path
  type        = "kv"
  options     = { version = "2" }
  description = "Secrets of ${var.name}, fleet ${var.tags["Fleet"]}; kept by ${var.tags["ManagedBy"]}"

  # Nothing of a request or an answer is exempt from being hashed in audit logs: no audit_non_hmac_... here.
}

resource "vault_kv_secret_backend_v2" "this" {
  mount        = vault_mount.this.path
  max_versions = var.max_versions

  # Whoever writes has to say which version they replace: two people can't undo each other's change unseen.
  cas_required = true
}

# The client's services sign in with the IAM role that they have anyway; no secret has to be handed to them.
resource "vault_aws_auth_backend_role" "services" {
  backend                  = var.auth_path
  role                     = "client-${var.name}"
  auth_type                = "iam"
  bound_iam_principal_arns = [var.service_role_arn]
  resolve_aws_unique_ids   = var.resolve_role_id

  token_policies    = [vault_policy.services.name]
  token_ttl         = var.token_ttl_seconds
  token_max_ttl     = var.token_max_ttl_seconds
  token_bound_cidrs = var.token_cidrs

  # A token of this type can be listed by its accessor, and revoked.
  token_type = "service"
}

# Its members are those of a group of the identity provider: who leaves there, leaves here at the next sign-in.
resource "vault_identity_group" "operators" {
  name     = "client-${var.name}-operators"
  type     = "external"
  policies = [vault_policy.operators.name]
  metadata = var.tags
}

resource "vault_identity_group_alias" "operators" {
  count = var.operators == null ? 0 : 1

  name           = var.operators.group
  mount_accessor = var.operators.mount_accessor
  canonical_id   = vault_identity_group.operators.id
}
