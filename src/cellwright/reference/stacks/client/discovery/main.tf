locals {
  names = { for service in var.services : service => "client-${var.name}-${service}" }
  keys  = "clients/${var.name}"
}

# Terraform owns this part alone and takes away what it does not know; what services write lies beside it, in state/.
resource "consul_key_prefix" "config" {
  count = length(var.config) == 0 ? 0 : 1

  path_prefix = "${local.keys}/config/"
  subkeys     = var.config
}

# Who may call a service. An entry replaces whatever stands for its destination, so each service has one even if
# nobody calls it, and each ends by refusing everybody else, whatever the mesh allows by default.
resource "consul_config_entry" "intentions" {
  for_each = local.names

  kind = "service-intentions"
  name = each.value

  # The provider compares this with what Consul answers: all that Consul would add has to be written out.
  config_json = jsonencode({
    Meta = var.tags

    Sources = concat(
      [
        for caller in sort(tolist(lookup(var.callers, each.key, []))) : {
          Name        = local.names[caller]
          Action      = "allow"
          Description = "${caller} calls ${each.key}"
          Precedence  = 9
          Type        = "consul"
        }
      ],
      [
        {
          Name        = "*"
          Action      = "deny"
          Description = "Nobody else"
          Precedence  = 8
          Type        = "consul"
        }
      ],
    )
  })
}
