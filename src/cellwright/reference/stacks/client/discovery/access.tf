# Services are named one by one: "client-acme-" would be the beginning of client-acme-labs's services, too.
resource "consul_acl_policy" "services" {
  name        = "client-${var.name}-services"
  description = "What the services of ${var.name} may do (fleet ${var.tags["Fleet"]}, kept by ${var.tags["ManagedBy"]})"

  rules = jsonencode({
    key_prefix = {
      "${local.keys}/config/" = { policy = "read" }
      "${local.keys}/state/"  = { policy = "write" }
    }

    # They register themselves and their proxies, and can't change who may call them.
    service = merge(
      { for name in values(local.names) : name => { policy = "write", intentions = "read" } },
      { for name in values(local.names) : "${name}-sidecar-proxy" => { policy = "write", intentions = "read" } },
    )

    # The catalogue shows a service only to those who may see the node on which it runs.
    node_prefix = {
      "" = { policy = "read" }
    }
  })
}

resource "consul_acl_role" "services" {
  name        = "client-${var.name}-services"
  description = "The services of ${var.name}"
  policies    = [consul_acl_policy.services.id]
}

# Whoever proves to be the client's IAM role, gets a token of this role; no token has to be handed to anybody.
resource "consul_acl_binding_rule" "services" {
  count = var.login == null ? 0 : 1

  auth_method = var.login.auth_method
  description = "The services of ${var.name}"
  selector    = "account_id == \"${var.login.account_id}\" and entity_name == \"${var.login.role_name}\""
  bind_type   = "role"
  bind_name   = consul_acl_role.services.name
}
