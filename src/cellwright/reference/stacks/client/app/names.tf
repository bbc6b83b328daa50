# The name that people use. The account's certificate covers all names of the domain, so a client's costs none.
resource "aws_route53_record" "public" {
  count = local.balanced && local.public_name != null && var.public_zone_id != null ? 1 : 0

  zone_id = var.public_zone_id
  name    = local.public_name
  type    = "A"

  alias {
    name                   = var.load_balancer_dns_name
    zone_id                = var.load_balancer_zone_id
    evaluate_target_health = true
  }
}

# Names of the client's own domains need a certificate of their own, which the shared listener shows to whoever asks for
# one of them.
locals {
  own_names = local.balanced ? var.own_names : {}

  proofs = { for proof in flatten(aws_acm_certificate.own[*].domain_validation_options) : proof.domain_name => proof }
}

resource "aws_acm_certificate" "own" {
  count = length(local.own_names) == 0 ? 0 : 1

  domain_name               = sort(keys(local.own_names))[0]
  subject_alternative_names = slice(sort(keys(local.own_names)), 1, length(local.own_names))
  validation_method         = "DNS"

  tags = { Name = "client-${var.name}-app" }

  # A listener's certificate can't be deleted: the new one has to take its place first.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "proof" {
  for_each = local.own_names

  zone_id         = each.value
  name            = local.proofs[each.key].resource_record_name
  type            = local.proofs[each.key].resource_record_type
  records         = [local.proofs[each.key].resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "own" {
  count = length(local.own_names) == 0 ? 0 : 1

  certificate_arn         = aws_acm_certificate.own[0].arn
  validation_record_fqdns = [for record in aws_route53_record.proof : record.fqdn]
}

resource "aws_lb_listener_certificate" "own" {
  count = length(local.own_names) == 0 ? 0 : 1

  listener_arn    = var.listener_arn
  certificate_arn = aws_acm_certificate_validation.own[0].certificate_arn
}

resource "aws_route53_record" "own" {
  for_each = local.own_names

  zone_id = each.value
  name    = each.key
  type    = "A"

  alias {
    name                   = var.load_balancer_dns_name
    zone_id                = var.load_balancer_zone_id
    evaluate_target_health = true
  }
}
