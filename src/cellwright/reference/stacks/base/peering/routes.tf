locals {
  blocks = {
    for peer, given in merge(
      { for peer, request in var.requests : peer => concat([request.cidr], request.further_cidrs) },
      { for peer, accepted in var.accepts : peer => concat([accepted.cidr], accepted.further_cidrs) },
    ) : peer => distinct(given)
  }

  connections = merge(
    { for peer, connection in aws_vpc_peering_connection.this : peer => connection.id },
    { for peer, accepted in var.accepts : peer => accepted.connection_id },
    { for peer, accepter in aws_vpc_peering_connection_accepter.this : peer => accepter.id },
  )

  routes_by_block = flatten([
    for peer, blocks in local.blocks : [for block in blocks : { block = block, connection = local.connections[peer] }]
  ])

  routes = merge([
    for peer, blocks in local.blocks : {
      for pair in setproduct(blocks, var.route_table_ids) : "${peer} ${pair[0]} ${pair[1]}" => {
        peer  = peer
        block = pair[0]
        table = pair[1]
      }
    }
  ]...)
}

# AWS takes a route before the peer has accepted; until then it leads nowhere.
resource "aws_route" "peer" {
  for_each = local.routes

  route_table_id            = each.value.table
  destination_cidr_block    = each.value.block
  vpc_peering_connection_id = local.connections[each.value.peer]
}
