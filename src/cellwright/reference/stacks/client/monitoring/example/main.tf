module "monitoring" {
  source = "../"

  name              = "acme"
  account_id        = "123456789012"
  cluster_name      = "prod-use1"
  service_name      = "acme-app"
  target_group_arn  = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/client-acme-app/0123456789abcdef"
  database_endpoint = "client-acme.abcdefghijkl.us-east-1.rds.amazonaws.com"
  notify            = ["@pagerduty-clinic"]
  limits            = { server_errors = 10 }

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "monitoring"
    ManagedBy = "cellwright"
  }
}
