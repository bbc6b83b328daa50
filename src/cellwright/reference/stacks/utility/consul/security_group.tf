locals {
  # What servers say to each other and to agents.
  ports = {
    rpc-and-gossip = { protocol = "tcp", from = 8300, to = 8301 }
    gossip         = { protocol = "udp", from = 8301, to = 8301 }
    https-and-grpc = { protocol = "tcp", from = 8501, to = 8503 }
    dns            = { protocol = "udp", from = 8600, to = 8600 }
    dns-tcp        = { protocol = "tcp", from = 8600, to = 8600 }
  }

  from_outside = {
    for pair in setproduct(keys(local.ports), var.allowed_cidrs) : "${pair[0]} ${pair[1]}" => { port = pair[0], cidr = pair[1] }
  }

  # Gossip goes both ways.
  to_outside = { for name, pair in local.from_outside : name => pair if contains(["rpc-and-gossip", "gossip"], pair.port) }
}

resource "aws_security_group" "this" {
  name        = local.full_name
  description = "Consul in ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = local.full_name }
}

resource "aws_vpc_security_group_ingress_rule" "servers" {
  for_each = local.ports

  security_group_id            = aws_security_group.this.id
  description                  = "Among servers: ${each.key}"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = each.value.protocol
  from_port                    = each.value.from
  to_port                      = each.value.to
}

resource "aws_vpc_security_group_egress_rule" "servers" {
  for_each = local.ports

  security_group_id            = aws_security_group.this.id
  description                  = "Among servers: ${each.key}"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = each.value.protocol
  from_port                    = each.value.from
  to_port                      = each.value.to
}

resource "aws_vpc_security_group_ingress_rule" "agents" {
  for_each = local.from_outside

  security_group_id = aws_security_group.this.id
  description       = "From agents and users: ${each.value.port}"
  cidr_ipv4         = each.value.cidr
  ip_protocol       = local.ports[each.value.port].protocol
  from_port         = local.ports[each.value.port].from
  to_port           = local.ports[each.value.port].to
}

resource "aws_vpc_security_group_egress_rule" "agents" {
  for_each = local.to_outside

  security_group_id = aws_security_group.this.id
  description       = "To agents: ${each.value.port}"
  cidr_ipv4         = each.value.cidr
  ip_protocol       = local.ports[each.value.port].protocol
  from_port         = local.ports[each.value.port].from
  to_port           = local.ports[each.value.port].to
}

resource "aws_vpc_security_group_egress_rule" "tls" {
  security_group_id = aws_security_group.this.id
  description       = "TLS to AWS and to the image's registry"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "snapshots" {
  security_group_id            = aws_security_group.this.id
  description                  = "To the snapshots"
  referenced_security_group_id = aws_security_group.snapshots.id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}

resource "aws_security_group" "snapshots" {
  name        = "${local.full_name}-snapshots"
  description = "Snapshots of Consul in ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${local.full_name}-snapshots" }
}

resource "aws_vpc_security_group_ingress_rule" "snapshots" {
  security_group_id            = aws_security_group.snapshots.id
  description                  = "From the servers"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}
