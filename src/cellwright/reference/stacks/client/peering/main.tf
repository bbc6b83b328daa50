# One table for each zone of the peer's network, and one route in each: what leaves there for this client finds its way.
resource "aws_route" "back" {
  for_each = var.cidr == null ? toset([]) : toset(var.route_table_ids)

  route_table_id            = each.value
  destination_cidr_block    = var.cidr
  vpc_peering_connection_id = var.connection_id
}
