resource "aws_security_group" "domain" {
  name        = local.full_name
  description = "OpenSearch in ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = local.full_name }
}

resource "aws_vpc_security_group_ingress_rule" "cidr" {
  for_each = var.allowed_cidrs

  security_group_id = aws_security_group.domain.id
  description       = "HTTPS"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "delivery" {
  security_group_id            = aws_security_group.domain.id
  description                  = "From the delivery stream"
  referenced_security_group_id = aws_security_group.delivery.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_security_group" "delivery" {
  #checkov:skip=CKV2_AWS_5:the delivery stream is in it, which the rule doesn't know
  name        = "${local.full_name}-delivery"
  description = "The delivery stream to OpenSearch in ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${local.full_name}-delivery" }
}

resource "aws_vpc_security_group_egress_rule" "delivery" {
  security_group_id            = aws_security_group.delivery.id
  description                  = "To the domain"
  referenced_security_group_id = aws_security_group.domain.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
