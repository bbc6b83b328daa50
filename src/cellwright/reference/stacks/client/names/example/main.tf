module "names" {
  source = "../"

  name                   = "acme"
  region                 = "us-east-1"
  listener_arn           = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/prod-use1/0123456789abcdef/0123456789abcdef"
  load_balancer_dns_name = "prod-use1-1234567890.us-east-1.elb.amazonaws.com"
  load_balancer_zone_id  = "Z35SXDOTRQ7X7K"

  names = {
    "book.acme.org"       = { zone_id = "Z0123456789ACME" }
    "portal.hospital.org" = {}
  }

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "names"
    ManagedBy = "terraform"
  }
}
