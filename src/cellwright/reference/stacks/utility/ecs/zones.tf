# A private zone is read in its own VPC only. Who owns it lets a network of another account read it, and that account
# then does: so services of one cell are found by name from another one, once both networks are peered.
resource "aws_route53_vpc_association_authorization" "this" {
  for_each = var.shared_with

  zone_id    = aws_service_discovery_private_dns_namespace.this.hosted_zone
  vpc_id     = each.value.vpc_id
  vpc_region = each.value.region
}

resource "aws_route53_zone_association" "foreign" {
  for_each = var.foreign_zone_ids

  zone_id    = each.value
  vpc_id     = var.vpc_id
  vpc_region = var.region
}
