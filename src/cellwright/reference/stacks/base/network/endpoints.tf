locals {
  # Only who belongs here passes: credentials of a stranger's account can't carry data out this way. Here is this
  # account, the accounts that are named (from one that builds and deploys, roles of all others are taken), and the
  # organisation. Images' layers are read from AWS's own buckets, by links that another account signs.
  own_accounts = {
    Sid       = "OwnAccounts"
    Effect    = "Allow"
    Action    = "*"
    Principal = "*"
    Resource  = "*"
    Condition = { StringEquals = { "aws:PrincipalAccount" = sort(setunion([local.account], var.endpoint_account_ids)) } }
  }

  own_organization = [for id in compact([var.organization_id]) : {
    Sid       = "OwnOrganization"
    Effect    = "Allow"
    Action    = "*"
    Principal = "*"
    Resource  = "*"
    Condition = { StringEquals = { "aws:PrincipalOrgID" = id } }
  }]

  image_layers = {
    Sid       = "ImageLayers"
    Effect    = "Allow"
    Action    = "s3:GetObject"
    Principal = "*"
    Resource  = "arn:${local.partition}:s3:::prod-${var.region}-starport-layer-bucket/*"
    Condition = { Bool = { "aws:SecureTransport" = "true" } }
  }

  # Without one, AWS writes a policy that lets everything pass.
  endpoint_policies = { for service in concat(tolist(var.gateway_endpoints), var.interface_endpoints) :
    service => var.endpoint_policies ? jsonencode({
      Version   = "2012-10-17"
      Statement = concat([local.own_accounts], local.own_organization, service == "s3" ? [local.image_layers] : [])
    }) : null
  }
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = var.gateway_endpoints

  vpc_id            = aws_vpc.this.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.${var.region}.${each.key}"
  policy            = local.endpoint_policies[each.key]

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_vpc_endpoint_route_table_association" "private" {
  for_each = { for pair in setproduct(var.gateway_endpoints, local.zones) : "${pair[0]}-${pair[1]}" => pair }

  vpc_endpoint_id = aws_vpc_endpoint.gateway[each.value[0]].id
  route_table_id  = aws_route_table.private[each.value[1]].id
}

resource "aws_vpc_endpoint_route_table_association" "data" {
  for_each = var.gateway_endpoints

  vpc_endpoint_id = aws_vpc_endpoint.gateway[each.key].id
  route_table_id  = aws_route_table.data.id
}

resource "aws_vpc_endpoint" "interface" {
  for_each = toset(var.interface_endpoints)

  vpc_id              = aws_vpc.this.id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  policy              = local.endpoint_policies[each.key]
  private_dns_enabled = true
  subnet_ids          = [for zone in local.zones : aws_subnet.private[zone].id]
  security_group_ids  = [aws_security_group.endpoints[0].id]

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_security_group" "endpoints" {
  count = length(var.interface_endpoints) == 0 ? 0 : 1

  name        = "${var.name}-endpoints"
  description = "Endpoints of AWS services in ${var.name}"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-endpoints" }
}

# Endpoints answer and never ask, so there is no rule for the way out.
resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  for_each = length(var.interface_endpoints) == 0 ? toset([]) : toset(local.internal)

  security_group_id = aws_security_group.endpoints[0].id
  description       = "TLS from ${each.key}"
  cidr_ipv4         = each.key
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
