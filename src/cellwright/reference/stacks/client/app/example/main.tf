module "app" {
  source = "../"

  name                     = "acme"
  region                   = "us-east-1"
  image                    = "example.com/app:1.5.0"
  replicas                 = 3
  autoscaling              = { maximum = 9 }
  settings                 = { LOG_LEVEL = "info" }
  kms_key_arn              = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  service_role_arn         = "arn:aws:iam::123456789012:role/client-acme-service"
  boundary_arn             = "arn:aws:iam::123456789012:policy/prod-use1-clients"
  client_security_group_id = "sg-0123456789abcdef0"
  cluster_arn              = "arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1"
  namespace_id             = "ns-0123456789abcdef"
  namespace                = "svc.prod-use1.internal"
  vpc_id                   = "vpc-0123456789abcdef0"
  subnet_ids               = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  alarm_topic_arn          = "arn:aws:sns:us-east-1:123456789012:prod-use1-alarms"

  zone_id                         = "Z0123456789EXAMPLE"
  zone_name                       = "prod.example.com"
  listener_arn                    = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/prod-use1/0123456789abcdef/0123456789abcdef"
  load_balancer_dns_name          = "internal-prod-use1-1234567890.us-east-1.elb.amazonaws.com"
  load_balancer_zone_id           = "Z35SXDOTRQ7X7K"
  load_balancer_security_group_id = "sg-0123456789abcdef1"

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "app"
    ManagedBy = "terraform"
  }
}
