module "security" {
  source = "../"

  name   = "prod-use1"
  region = "us-east-1"

  detector_id       = "12abc34d567e8fa901bc2d34e56789f0"
  load_balancer_arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/prod-use1/0123456789abcdef"
  subscribers       = ["security@example.com"]

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "security"
    ManagedBy = "terraform"
  }
}
