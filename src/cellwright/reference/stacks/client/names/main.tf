locals {
  # Names whose zone is at hand are proved here. The others are shown only once somebody has made their records: an apply
  # that waited for that would hold up everything else.
  zones = { for name, given in var.names : name => given.zone_id if given.zone_id != null }
  ready = { for name, given in var.names : name => given if given.zone_id != null || given.proved }

  proofs = { for name, certificate in aws_acm_certificate.this : name => one(certificate.domain_validation_options) }
}

# A certificate for each name: one more name, or one less, leaves the others as they are.
resource "aws_acm_certificate" "this" {
  for_each = var.names

  domain_name       = each.key
  validation_method = "DNS"

  tags = { Name = each.key }

  # A listener's certificate can't be deleted: the new one has to take its place first.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "proof" {
  for_each = local.zones

  zone_id         = each.value
  name            = local.proofs[each.key].resource_record_name
  type            = local.proofs[each.key].resource_record_type
  records         = [local.proofs[each.key].resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  for_each = local.ready

  certificate_arn         = aws_acm_certificate.this[each.key].arn
  validation_record_fqdns = contains(keys(local.zones), each.key) ? [aws_route53_record.proof[each.key].fqdn] : null

  # AWS looks every few minutes. Where a record is missing, this ends and says so, and the other names are as they were.
  timeouts {
    create = var.proof_timeout
  }
}

resource "aws_lb_listener_certificate" "this" {
  for_each = local.ready

  listener_arn    = var.listener_arn
  certificate_arn = aws_acm_certificate_validation.this[each.key].certificate_arn
}

resource "aws_route53_record" "this" {
  for_each = local.zones

  zone_id = each.value
  name    = each.key
  type    = "A"

  alias {
    name                   = var.load_balancer_dns_name
    zone_id                = var.load_balancer_zone_id
    evaluate_target_health = true
  }

  # Nobody is led to a listener that has no certificate for the name.
  depends_on = [aws_lb_listener_certificate.this]
}
