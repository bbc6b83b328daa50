# Policies name this client's mount and nothing beside it. Nobody gets `destroy`, nor `delete` on metadata: what was
# written stays until newer versions push it out, so that an audit log's entries can still be followed up.

resource "vault_policy" "services" {
  name = "client-${var.name}-services"

  policy = jsonencode({
    path = {
      "${local.path}/data/*"     = { capabilities = ["read"] }
      "${local.path}/metadata/*" = { capabilities = ["list", "read"] }
    }
  })
}

resource "vault_policy" "operators" {
  name = "client-${var.name}-operators"

  policy = jsonencode({
    path = {
      "${local.path}/data/*" = {
        capabilities = concat(["create", "delete", "patch", "update"], var.operators_read ? ["read"] : [])
      }
      "${local.path}/delete/*"   = { capabilities = ["update"] }
      "${local.path}/undelete/*" = { capabilities = ["update"] }
      "${local.path}/metadata/*" = { capabilities = ["list", "read"] }
    }
  })
}

# Which secrets there are, who wrote which version and when; never what is in them.
resource "vault_policy" "auditors" {
  name = "client-${var.name}-auditors"

  policy = jsonencode({
    path = {
      "${local.path}/config"     = { capabilities = ["read"] }
      "${local.path}/metadata/*" = { capabilities = ["list", "read"] }
    }
  })
}
