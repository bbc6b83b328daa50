mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name           = "prod-use1"
  region         = "us-east-1"
  vault_role_arn = "arn:aws:iam::222233334444:role/tools-vault"

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "login"
    ManagedBy = "terraform"
  }
}

run "vault_may_ask_and_nothing_else" {
  command = plan

  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[*].Principal.AWS == ["arn:aws:iam::222233334444:role/tools-vault"]
    error_message = "Nobody but Vault takes the role."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : "${statement.Action} ${join(",", statement.Resource)}"] == ["iam:GetRole arn:aws:iam::111122223333:role/medloop/*/client-*"]
    error_message = "It asks for clients' roles: ${aws_iam_role_policy.this.policy}"
  }
}
