# What passes between subnets and the world; security groups say the rest. Everything not named here is denied.

locals {
  # Addresses of this network's own: the VPC's block, then those of clients and of peers.
  internal = concat([var.cidr], var.internal_cidrs)
}

resource "aws_network_acl" "public" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = [for subnet in aws_subnet.public : subnet.id]

  tags = { Name = "${var.name}-public" }

  dynamic "ingress" {
    for_each = local.internal

    content {
      rule_no    = 100 + ingress.key
      action     = "allow"
      protocol   = "-1"
      cidr_block = ingress.value
      from_port  = 0
      to_port    = 0
    }
  }

  dynamic "ingress" {
    for_each = var.public_ports

    content {
      rule_no    = 200 + ingress.key
      action     = "allow"
      protocol   = "tcp"
      cidr_block = "0.0.0.0/0"
      from_port  = ingress.value
      to_port    = ingress.value
    }
  }

  # Remote desktop lies in the range of return traffic below.
  ingress {
    rule_no    = 210
    action     = "deny"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 3389
    to_port    = 3389
  }

  ingress {
    rule_no    = 220
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 1024
    to_port    = 65535
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}

resource "aws_network_acl" "private" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = [for subnet in aws_subnet.private : subnet.id]

  tags = { Name = "${var.name}-private" }

  dynamic "ingress" {
    for_each = local.internal

    content {
      rule_no    = 100 + ingress.key
      action     = "allow"
      protocol   = "-1"
      cidr_block = ingress.value
      from_port  = 0
      to_port    = 0
    }
  }

  # Answers to what was asked through a NAT gateway.
  ingress {
    rule_no    = 200
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 1024
    to_port    = 65535
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}

# S3 and DynamoDB keep their public addresses behind a gateway endpoint, so a list has to let them pass. That opens no
# way to the internet: the subnets' table has no route to it.
resource "aws_network_acl" "data" {
  #checkov:skip=CKV_AWS_231:answers of S3 and DynamoDB come to any port from 1024; no route leads in from outside, and security groups let nobody in on 3389
  vpc_id     = aws_vpc.this.id
  subnet_ids = [for subnet in aws_subnet.data : subnet.id]

  tags = { Name = "${var.name}-data" }

  dynamic "ingress" {
    for_each = local.internal

    content {
      rule_no    = 100 + ingress.key
      action     = "allow"
      protocol   = "-1"
      cidr_block = ingress.value
      from_port  = 0
      to_port    = 0
    }
  }

  dynamic "ingress" {
    for_each = length(var.gateway_endpoints) == 0 ? [] : [1024]

    content {
      rule_no    = 200
      action     = "allow"
      protocol   = "tcp"
      cidr_block = "0.0.0.0/0"
      from_port  = ingress.value
      to_port    = 65535
    }
  }

  dynamic "egress" {
    for_each = local.internal

    content {
      rule_no    = 100 + egress.key
      action     = "allow"
      protocol   = "-1"
      cidr_block = egress.value
      from_port  = 0
      to_port    = 0
    }
  }

  dynamic "egress" {
    for_each = length(var.gateway_endpoints) == 0 ? [] : [443]

    content {
      rule_no    = 200
      action     = "allow"
      protocol   = "tcp"
      cidr_block = "0.0.0.0/0"
      from_port  = egress.value
      to_port    = 443
    }
  }
}
