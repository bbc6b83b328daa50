output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "cidr" {
  description = "The VPC's IPv4 address block."
  value       = aws_vpc.this.cidr_block
}

output "public_subnet_ids" {
  description = "Public subnets, in the order of the zones."
  value       = [for zone in var.zones : aws_subnet.public[zone].id]
}

output "private_subnet_ids" {
  description = "Private subnets, in the order of the zones."
  value       = [for zone in var.zones : aws_subnet.private[zone].id]
}

output "private_route_table_ids" {
  description = "Route tables of the private subnets, in the order of the zones."
  value       = [for zone in var.zones : aws_route_table.private[zone].id]
}

output "nat_addresses" {
  description = "The public addresses from which private subnets reach the internet; partners may ask for them."
  value       = [for zone in local.gateway_zones : aws_eip.nat[zone].public_ip]
}
