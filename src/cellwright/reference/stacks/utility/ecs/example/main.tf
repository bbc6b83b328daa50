module "ecs" {
  source = "../"

  name   = "prod-use1"
  region = "us-east-1"
  vpc_id = "vpc-0123456789abcdef0"

  load_balancer = {
    subnet_ids        = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
    allowed_cidrs     = ["10.16.0.0/16"]
    domain            = "prod.example.com"
    zone_id           = "Z0123456789EXAMPLE"
    access_log_bucket = "medloop-access-logs-123456789012"
  }

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "ecs"
    ManagedBy = "terraform"
  }
}
