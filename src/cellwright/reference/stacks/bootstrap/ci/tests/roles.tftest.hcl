mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:111122223333:key/k" }
  }

  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }

  }
}
variables {
  name   = "medloop"
  region = "us-east-1"

  oidc = {
    issuer         = "https://token.actions.githubusercontent.com"
    apply_subjects = ["repo:medloop/fleet:environment:production"]
    plan_subjects  = ["repo:medloop/fleet:pull_request"]
  }

  state_bucket       = "medloop-state-111122223333"
  state_kms_key_arn  = "arn:aws:kms:us-east-1:111122223333:key/k"
  deployer_role_arns = ["arn:aws:iam::444455556666:role/prod-use1-deployer"]

  tags = {
    Client    = "shared"
    Cell      = "tools"
    Fleet     = "medloop"
    Level     = "bootstrap"
    Stack     = "ci"
    ManagedBy = "terraform"
  }
}

run "audience_and_subject_are_compared_as_a_whole" {
  command = apply

  assert {
    condition = jsondecode(aws_iam_role.pipeline["apply"].assume_role_policy).Statement[0].Condition == {
      StringEquals = {
        "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
        "token.actions.githubusercontent.com:sub" = ["repo:medloop/fleet:environment:production"]
      }
    }
    error_message = "Only this audience and these subjects may apply."
  }

  assert {
    condition     = jsondecode(aws_iam_role.pipeline["plan"].assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == ["repo:medloop/fleet:pull_request"]
    error_message = "A pull request plans."
  }
}

run "a_pull_request_can_neither_write_states_nor_take_a_deployer" {
  command = apply

  assert {
    condition     = [for item in jsondecode(aws_iam_role_policy.pipeline["plan"].policy).Statement : item.Resource if contains(flatten([item.Action]), "s3:PutObject")] == ["arn:aws:s3:::medloop-state-111122223333/*.tflock"]
    error_message = "To plan takes the lock alone."
  }

  assert {
    condition     = [for item in jsondecode(aws_iam_role_policy.pipeline["plan"].policy).Statement : item.Sid if contains(flatten([item.Action]), "sts:AssumeRole")] == []
    error_message = "A deployer applies."
  }
}

run "jenkins_agents_apply_by_their_own_role" {
  command = apply

  variables {
    oidc              = null
    trusted_role_arns = ["arn:aws:iam::111122223333:role/tools-jenkins-agent"]
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.pipeline) == 0 && keys(aws_iam_role.pipeline) == ["apply"]
    error_message = "No provider, and no role that nobody could take."
  }
}

run "a_pattern_is_refused" {
  command = plan

  variables {
    oidc = { issuer = "https://gitlab.com", apply_subjects = ["project_path:medloop/*"] }
  }

  expect_failures = [var.oidc]
}

run "jobs_read_their_secrets_and_keep_plans_for_each_other" {
  command = apply

  variables {
    secret_arns   = ["arn:aws:secretsmanager:us-east-1:111122223333:secret:medloop/key-??????"]
    artifacts_arn = "arn:aws:s3:::medloop-cellwright/artifacts"
  }

  assert {
    condition = alltrue([for kind in ["plan", "apply"] : [
      for item in jsondecode(aws_iam_role_policy.pipeline[kind].policy).Statement : item.Resource
      if item.Action == "secretsmanager:GetSecretValue"
    ] == [["arn:aws:secretsmanager:us-east-1:111122223333:secret:medloop/key-??????"]]])
    error_message = "Both roles read exactly these secrets."
  }

  assert {
    condition = [
      for item in jsondecode(aws_iam_role_policy.pipeline["plan"].policy).Statement : item.Resource
      if contains(flatten([item.Action]), "s3:PutObject")
    ] == ["arn:aws:s3:::medloop-state-111122223333/*.tflock", "arn:aws:s3:::medloop-cellwright/artifacts/*"]
    error_message = "To plan writes locks and artifacts, and no state."
  }
}

run "a_pattern_of_secrets_is_refused" {
  command = plan

  variables {
    secret_arns = ["arn:aws:secretsmanager:us-east-1:111122223333:secret:*"]
  }

  expect_failures = [var.secret_arns]
}
