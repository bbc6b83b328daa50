output "account_id" {
  description = "The account in which the network is."
  value       = local.account
}

output "region" {
  description = "The region in which the network is."
  value       = var.region
}

output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "cidr" {
  description = "The VPC's IPv4 address block."
  value       = aws_vpc.this.cidr_block
}

output "zones" {
  description = "The letters of the availability zones over which the subnets spread."
  value       = local.zones
}

output "public_ports" {
  description = "The TCP ports at which public subnets may be reached from everywhere, as far as security groups allow."
  value       = var.public_ports
}

output "public_subnet_ids" {
  description = "Public subnets, in the order of the zones."
  value       = [for zone in local.zones : aws_subnet.public[zone].id]
}

output "private_subnet_ids" {
  description = "Private subnets, in the order of the zones."
  value       = [for zone in local.zones : aws_subnet.private[zone].id]
}

output "data_subnet_ids" {
  description = "Subnets for data stores, in the order of the zones."
  value       = [for zone in local.zones : aws_subnet.data[zone].id]
}

output "public_route_table_ids" {
  description = "Route tables of the public subnets: one for all zones."
  value       = [aws_route_table.public.id]
}

output "private_route_table_ids" {
  description = "Route tables of the private subnets, in the order of the zones."
  value       = [for zone in local.zones : aws_route_table.private[zone].id]
}

output "data_route_table_ids" {
  description = "Route tables of the subnets for data stores: one for all zones."
  value       = [aws_route_table.data.id]
}

output "nat_addresses" {
  description = "The public addresses from which private subnets reach the internet; partners may ask for them."
  value       = [for zone in local.gateway_zones : aws_eip.nat[zone].public_ip]
}

output "nat_gateway_ids" {
  description = "NAT gateways, by the letter of their zone; empty without any."
  value       = { for zone, gateway in aws_nat_gateway.this : zone => gateway.id }
}

output "gateway_endpoint_ids" {
  description = "Gateway endpoints by service (s3, dynamodb), for route tables that are added later."
  value       = { for service, endpoint in aws_vpc_endpoint.gateway : service => endpoint.id }
}

output "endpoint_security_group_id" {
  description = "The security group of the interface endpoints; null without any."
  value       = one(aws_security_group.endpoints[*].id)
}

output "zone_id" {
  description = "The private DNS zone; null if it is switched off."
  value       = one(aws_route53_zone.private[*].zone_id)
}

output "zone_name" {
  description = "The private DNS zone's name; null if it is switched off."
  value       = one(aws_route53_zone.private[*].name)
}

output "flow_log_group" {
  description = "The log group of the flow logs; null if they are switched off."
  value       = one(aws_cloudwatch_log_group.flows[*].name)
}
