output "connection_ids" {
  description = "The connections that this cell asked for, by the peer's cell."
  value       = { for peer, connection in aws_vpc_peering_connection.this : peer => connection.id }
}

output "accepted_connection_ids" {
  description = "The connections that this cell accepted, by the peer's cell."
  value       = { for peer in keys(var.accepts) : peer => local.connections[peer] }
}

output "peer_cidrs" {
  description = "The blocks that are reached over the connections, by the peer's cell."
  value       = local.blocks
}

output "routes" {
  description = "The blocks that are reached over the connections, and the connection that leads to each, for route tables that are added later."
  value       = { for route in local.routes_by_block : route.block => route.connection }
}
