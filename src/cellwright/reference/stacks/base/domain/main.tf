resource "aws_route53_zone" "this" {
  #checkov:skip=CKV2_AWS_38:signing needs a record with whoever holds the zone above, by hand; a certificate, not a name, proves who answers
  #checkov:skip=CKV2_AWS_39:who in the world asks for a public name tells nothing of a client; who connects is in the load balancer's log
  name    = var.zone_name
  comment = "Public names of ${var.name}"
}

# Nobody but these issues certificates for names here, wildcards neither.
resource "aws_route53_record" "authorities" {
  zone_id = aws_route53_zone.this.zone_id
  name    = var.zone_name
  type    = "CAA"
  ttl     = 3600

  records = concat(
    [for name in sort(var.certificate_authorities) : "0 issue \"${name}\""],
    [for name in sort(var.certificate_authorities) : "0 issuewild \"${name}\""],
    [for address in var.violations_to == null ? [] : [var.violations_to] : "0 iodef \"mailto:${address}\""],
  )
}

# Who answers for this zone, said in the one above where that is ours.
resource "aws_route53_record" "parent" {
  count = var.parent_zone_id == null ? 0 : 1

  zone_id = var.parent_zone_id
  name    = var.zone_name
  type    = "NS"
  ttl     = var.delegation_ttl
  records = aws_route53_zone.this.name_servers
}

# And who answers for the zones of other cells below this one: each was made with credentials of its own account.
resource "aws_route53_record" "delegation" {
  for_each = var.delegations

  zone_id = aws_route53_zone.this.zone_id
  name    = each.value.zone_name
  type    = "NS"
  ttl     = var.delegation_ttl
  records = each.value.name_servers
}
