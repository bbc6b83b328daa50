# Networks of other accounts, the tools' among them, and the services that this client reaches there and in its own
# account: Vault, Consul. The way back is theirs: client/peering makes it.
locals {
  peer_cidrs = sort(keys(var.peer_routes))

  peer_ways = {
    for pair in setproduct(local.zones, local.peer_cidrs) : "${pair[0]} ${pair[1]}" => { zone = pair[0], block = pair[1] }
  }

  service_ways = {
    for pair in setproduct(concat(compact([var.account_cidr]), local.peer_cidrs), var.service_ports) :
    "${pair[0]} ${pair[1]}" => { block = pair[0], port = pair[1] }
  }
}

# A client without a block of its own uses the account's tables, which have these routes.
resource "aws_route" "peer" {
  for_each = local.peer_ways

  route_table_id            = aws_route_table.private[each.value.zone].id
  destination_cidr_block    = each.value.block
  vpc_peering_connection_id = var.peer_routes[each.value.block]
}

resource "aws_vpc_security_group_egress_rule" "services" {
  for_each = local.service_ways

  security_group_id = aws_security_group.members.id
  description       = "To shared services"
  cidr_ipv4         = each.value.block
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}
