# Within a VPC every subnet can reach every other. These rules keep clients apart beneath their security groups: own
# addresses and those of the account's shared parts pass, every other private address is turned away.
locals {
  allowed = var.cidr == null ? [] : distinct(concat([var.cidr, var.account_cidr], local.peer_cidrs, var.allowed_cidrs))

  private_ranges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]

  allow_rules   = [for index, block in local.allowed : { number = 100 + index, action = "allow", block = block }]
  deny_rules    = [for index, block in local.private_ranges : { number = 200 + index, action = "deny", block = block }]
  private_rules = concat(local.allow_rules, local.deny_rules)
}

resource "aws_network_acl" "private" {
  #checkov:skip=CKV_AWS_229:the rule fails at blocks that are made from a list; ports below 1024 pass between the client's own addresses and shared ones alone
  #checkov:skip=CKV_AWS_230:the rule fails at blocks that are made from a list; ports below 1024 pass between the client's own addresses and shared ones alone
  #checkov:skip=CKV_AWS_232:the rule fails at blocks that are made from a list; ports below 1024 pass between the client's own addresses and shared ones alone
  #checkov:skip=CKV_AWS_231:answers to what was asked through a NAT gateway come to any port from 1024; security groups let nobody in on 3389
  count = var.cidr == null ? 0 : 1

  vpc_id     = var.vpc_id
  subnet_ids = [for subnet in aws_subnet.private : subnet.id]

  tags = { Name = "client-${var.name}-private" }

  dynamic "ingress" {
    for_each = local.private_rules

    content {
      rule_no    = ingress.value.number
      action     = ingress.value.action
      protocol   = "-1"
      cidr_block = ingress.value.block
      from_port  = 0
      to_port    = 0
    }
  }

  # Answers to what was asked through a NAT gateway.
  ingress {
    rule_no    = 300
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 1024
    to_port    = 65535
  }

  dynamic "egress" {
    for_each = local.private_rules

    content {
      rule_no    = egress.value.number
      action     = egress.value.action
      protocol   = "-1"
      cidr_block = egress.value.block
      from_port  = 0
      to_port    = 0
    }
  }

  egress {
    rule_no    = 300
    action     = "allow"
    protocol   = "-1"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}

# Data stores talk with this client's own addresses; shared parts of the account have no business there.
resource "aws_network_acl" "data" {
  count = var.cidr == null ? 0 : 1

  vpc_id     = var.vpc_id
  subnet_ids = [for subnet in aws_subnet.data : subnet.id]

  tags = { Name = "client-${var.name}-data" }

  dynamic "ingress" {
    for_each = concat([var.cidr], var.data_allowed_cidrs)

    content {
      rule_no    = 100 + ingress.key
      action     = "allow"
      protocol   = "-1"
      cidr_block = ingress.value
      from_port  = 0
      to_port    = 0
    }
  }

  dynamic "egress" {
    for_each = concat([var.cidr], var.data_allowed_cidrs)

    content {
      rule_no    = 100 + egress.key
      action     = "allow"
      protocol   = "-1"
      cidr_block = egress.value
      from_port  = 0
      to_port    = 0
    }
  }
}
