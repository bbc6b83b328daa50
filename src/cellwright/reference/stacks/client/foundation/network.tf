locals {
  # The block in quarters: three of them are private subnets, the last one holds the small ones for data stores.
  zones         = var.cidr == null ? [] : var.zones
  private_cidrs = { for index, zone in local.zones : zone => cidrsubnet(var.cidr, 2, index) }
  data_cidrs    = { for index, zone in local.zones : zone => cidrsubnet(cidrsubnet(var.cidr, 2, 3), 2, index) }

  # A zone without a gateway of its own goes through the first one there is.
  gateway_zones = sort(keys(var.nat_gateway_ids))
  gateways = {
    for zone in local.zones : zone => lookup(var.nat_gateway_ids, zone, var.nat_gateway_ids[local.gateway_zones[0]])
    if length(local.gateway_zones) > 0
  }
}

resource "aws_vpc_ipv4_cidr_block_association" "this" {
  count = var.cidr == null ? 0 : 1

  vpc_id     = var.vpc_id
  cidr_block = var.cidr
}

resource "aws_subnet" "private" {
  for_each = local.private_cidrs

  vpc_id            = aws_vpc_ipv4_cidr_block_association.this[0].vpc_id
  cidr_block        = each.value
  availability_zone = "${var.region}${each.key}"

  tags = { Name = "client-${var.name}-private-${each.key}" }
}

resource "aws_subnet" "data" {
  for_each = local.data_cidrs

  vpc_id            = aws_vpc_ipv4_cidr_block_association.this[0].vpc_id
  cidr_block        = each.value
  availability_zone = "${var.region}${each.key}"

  tags = { Name = "client-${var.name}-data-${each.key}" }
}

resource "aws_route_table" "private" {
  for_each = local.private_cidrs

  vpc_id = var.vpc_id

  tags = { Name = "client-${var.name}-private-${each.key}" }
}

resource "aws_route" "nat" {
  for_each = local.gateways

  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = each.value
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private[each.key].id
}

# Data stores reach nothing outside the VPC, and nothing outside reaches them: their table has no route to anywhere.
resource "aws_route_table" "data" {
  count = var.cidr == null ? 0 : 1

  vpc_id = var.vpc_id

  tags = { Name = "client-${var.name}-data" }
}

resource "aws_route_table_association" "data" {
  for_each = aws_subnet.data

  subnet_id      = each.value.id
  route_table_id = aws_route_table.data[0].id
}

# S3 is reached through the account's gateway endpoint: neither through NAT nor over the internet.
resource "aws_vpc_endpoint_route_table_association" "private" {
  for_each = { for pair in setproduct(local.zones, keys(var.gateway_endpoint_ids)) : "${pair[1]}-${pair[0]}" => pair }

  vpc_endpoint_id = var.gateway_endpoint_ids[each.value[1]]
  route_table_id  = aws_route_table.private[each.value[0]].id
}
