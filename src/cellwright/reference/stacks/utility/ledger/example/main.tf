module "ledger" {
  source = "../"

  name   = "tools"
  region = "us-east-1"

  vpc_id        = "vpc-0123456789abcdef0"
  subnet_ids    = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  allowed_cidrs = ["10.19.0.0/16"]

  tags = {
    Client    = "shared"
    Cell      = "tools"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "ledger"
    ManagedBy = "terraform"
  }
}
