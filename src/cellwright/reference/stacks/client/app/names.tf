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
