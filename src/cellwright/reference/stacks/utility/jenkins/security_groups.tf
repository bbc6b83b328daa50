resource "aws_security_group" "controller" {
  name        = local.full_name
  description = "Jenkins' controller in ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = local.full_name }
}

resource "aws_security_group" "agents" {
  #checkov:skip=CKV2_AWS_5:Jenkins puts its agents into it when it starts them
  name        = local.agent_family
  description = "Jenkins' agents in ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = local.agent_family }
}

resource "aws_security_group" "home" {
  name        = "${local.full_name}-home"
  description = "Jenkins' home in ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${local.full_name}-home" }
}

locals {
  # Agents ask on the first port where to connect, and connect on the second one, over TLS.
  agent_ports = { http = 8080, agents = 50000 }

  service_ports = { Vault = 8200, Consul = 8501, PostgreSQL = 5432 }

  services = { for pair in setproduct(keys(local.service_ports), var.service_cidrs) :
    "${pair[0]} ${pair[1]}" => { service = pair[0], cidr = pair[1], port = local.service_ports[pair[0]] }
  }

  talkers = { controller = aws_security_group.controller.id, agents = aws_security_group.agents.id }
}

resource "aws_vpc_security_group_ingress_rule" "agents" {
  for_each = local.agent_ports

  security_group_id            = aws_security_group.controller.id
  description                  = "From agents: ${each.key}"
  referenced_security_group_id = aws_security_group.agents.id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

resource "aws_vpc_security_group_egress_rule" "agents" {
  for_each = local.agent_ports

  security_group_id            = aws_security_group.agents.id
  description                  = "To the controller: ${each.key}"
  referenced_security_group_id = aws_security_group.controller.id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

resource "aws_vpc_security_group_egress_rule" "tls" {
  for_each = local.talkers

  security_group_id = each.value
  description       = "TLS to AWS, to the git server and to registries"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# What Terraform and Cellwright talk to besides AWS: Vault, Consul, databases and the ledger.
resource "aws_vpc_security_group_egress_rule" "services" {
  for_each = local.services

  security_group_id = aws_security_group.agents.id
  description       = "To ${each.value.service}"
  cidr_ipv4         = each.value.cidr
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer" {
  count = var.listener_arn == null ? 0 : 1

  security_group_id            = aws_security_group.controller.id
  description                  = "From the load balancer"
  referenced_security_group_id = var.load_balancer_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 8443
  to_port                      = 8443
}

resource "aws_vpc_security_group_egress_rule" "home" {
  security_group_id            = aws_security_group.controller.id
  description                  = "To its home"
  referenced_security_group_id = aws_security_group.home.id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}

resource "aws_vpc_security_group_ingress_rule" "home" {
  security_group_id            = aws_security_group.home.id
  description                  = "From the controller"
  referenced_security_group_id = aws_security_group.controller.id
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}
