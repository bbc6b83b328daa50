output "route_table_ids" {
  description = "The peer's tables that lead back to the client; none if it has no block of its own."
  value       = sort([for route in aws_route.back : route.route_table_id])
}
