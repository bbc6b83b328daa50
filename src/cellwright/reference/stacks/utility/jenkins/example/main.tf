module "jenkins" {
  source = "../"

  name         = "prod-use1"
  region       = "us-east-1"
  vpc_id       = "vpc-0123456789abcdef0"
  subnet_ids   = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  cluster_arn  = "arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1"
  namespace_id = "ns-0123456789abcdef"
  namespace    = "svc.prod-use1.internal"

  fleet_repository   = "https://git.example.com/infra/fleet.git"
  image              = "123456789012.dkr.ecr.us-east-1.amazonaws.com/jenkins:1.0.0"
  agent_image        = "123456789012.dkr.ecr.us-east-1.amazonaws.com/jenkins-agent:1.0.0"
  deployer_role_arns = ["arn:aws:iam::123456789012:role/medloop-deployer"]

  agent_environment = {
    CELLWRIGHT_REPOSITORY = "https://git.example.com/infra/fleet.git"
  }

  agent_secrets = {
    CELLWRIGHT_LEDGER = "arn:aws:secretsmanager:us-east-1:123456789012:secret:cellwright-ledger-AbCdEf"
    CELLWRIGHT_KEY    = "arn:aws:secretsmanager:us-east-1:123456789012:secret:cellwright-key-AbCdEf"
  }

  sign_in = {
    well_known_url = "https://login.example.com/.well-known/openid-configuration"
    client_id      = "jenkins"
  }

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
