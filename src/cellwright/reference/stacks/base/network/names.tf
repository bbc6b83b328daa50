locals {
  zone_name = coalesce(var.zone_name, "${var.name}.internal")
}

resource "aws_route53_zone" "private" {
  count = var.private_zone ? 1 : 0

  name    = local.zone_name
  comment = "Names within ${var.name}"

  vpc {
    vpc_id = aws_vpc.this.id
  }

  # Networks of other accounts that read this zone are associated from there.
  lifecycle {
    ignore_changes = [vpc]
  }
}

resource "aws_vpc_dhcp_options" "this" {
  count = var.dhcp_options ? 1 : 0

  domain_name         = local.zone_name
  domain_name_servers = ["AmazonProvidedDNS"]
  ntp_servers         = ["169.254.169.123"]

  tags = { Name = var.name }
}

resource "aws_vpc_dhcp_options_association" "this" {
  count = var.dhcp_options ? 1 : 0

  vpc_id          = aws_vpc.this.id
  dhcp_options_id = aws_vpc_dhcp_options.this[0].id
}
