module "jenkins" {
  source = "../"

  name         = "prod-use1"
  region       = "us-east-1"
  vpc_id       = "vpc-0123456789abcdef0"
  subnet_ids   = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  cluster_arn  = "arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1"
  namespace_id = "ns-0123456789abcdef"
  namespace    = "svc.prod-use1.internal"

  fleet_repository         = "https://git.example.com/infra/fleet.git"
  agent_image              = "123456789012.dkr.ecr.us-east-1.amazonaws.com/jenkins-agent:1.0.0"
  agent_execution_role_arn = "arn:aws:iam::123456789012:role/prod-use1-ecs-execution"
  deployer_role_arns       = ["arn:aws:iam::123456789012:role/medloop-deployer"]

  listener_arn                    = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/prod-use1/0123456789abcdef/0123456789abcdef"
  load_balancer_security_group_id = "sg-0123456789abcdef0"
  host                            = "jenkins.prod.example.com"

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "jenkins"
    ManagedBy = "terraform"
  }
}
