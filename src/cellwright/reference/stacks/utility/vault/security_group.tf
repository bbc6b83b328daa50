resource "aws_security_group" "this" {
  name        = local.full_name
  description = "Vault in ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = local.full_name }
}

resource "aws_vpc_security_group_ingress_rule" "cidr" {
  for_each = var.allowed_cidrs

  security_group_id = aws_security_group.this.id
  description       = "To Vault"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 8200
  to_port           = 8200
}

resource "aws_vpc_security_group_ingress_rule" "group" {
  for_each = var.allowed_security_group_ids

  security_group_id            = aws_security_group.this.id
  description                  = "To Vault"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 8200
  to_port                      = 8200
}

# Servers that stand by hand requests on to the active one, over the second port.
resource "aws_vpc_security_group_ingress_rule" "cluster" {
  security_group_id            = aws_security_group.this.id
  description                  = "Among servers"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = 8200
  to_port                      = 8201
}

resource "aws_vpc_security_group_egress_rule" "cluster" {
  security_group_id            = aws_security_group.this.id
  description                  = "Among servers"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = 8200
  to_port                      = 8201
}

resource "aws_vpc_security_group_egress_rule" "tls" {
  security_group_id = aws_security_group.this.id
  description       = "TLS to AWS and to the image's registry"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
