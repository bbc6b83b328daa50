mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name         = "acme"
  region       = "us-east-1"
  vpc_id       = "vpc-0123456789abcdef0"
  account_cidr = "10.16.0.0/16"
  boundary_arn = "arn:aws:iam::111122223333:policy/prod-use1-boundary"

  shared_subnet_ids      = ["subnet-0123456789abcdef0"]
  shared_data_subnet_ids = ["subnet-0123456789abcdef1"]

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "foundation"
    ManagedBy = "cellwright"
  }
}

run "a_client_has_a_deployer_that_it_can_not_change" {
  command = plan

  variables {
    deployer_boundary_arn = "arn:aws:iam::111122223333:policy/prod-use1-client-deployer-boundary"
    deployer_policy_arns = {
      reading = "arn:aws:iam::111122223333:policy/prod-use1-client-deployer-reading"
      tagged  = "arn:aws:iam::111122223333:policy/prod-use1-client-deployer-tagged"
    }
    deployer_principals = ["arn:aws:iam::222233334444:role/medloop/shared/tools-jenkins-agent"]
  }

  assert {
    condition     = aws_iam_role.deployer[0].path == "/medloop/shared/clients/" && aws_iam_role.deployer[0].permissions_boundary == var.deployer_boundary_arn
    error_message = "Below its own path it could give itself more."
  }

  assert {
    condition     = keys(aws_iam_role_policy_attachment.deployer) == ["reading", "tagged"] && alltrue([for name, made in aws_iam_role_policy_attachment.deployer : made.policy_arn == var.deployer_policy_arns[name]])
    error_message = "Each policy is attached."
  }

  assert {
    condition     = join(",", jsondecode(aws_iam_role.deployer[0].assume_role_policy).Statement[0].Condition.ArnLike["aws:PrincipalArn"]) == join(",", var.deployer_principals)
    error_message = "Somebody else could take it."
  }
}

run "without_a_policy_there_is_none" {
  command = plan

  assert {
    condition     = length(aws_iam_role.deployer) == 0 && output.deployer_role_arn == null
    error_message = "An account on trial has no such policy."
  }
}

run "no_client_is_called_shared" {
  command = plan

  variables {
    name = "shared"
  }

  expect_failures = [var.name]
}

run "a_deployers_boundary_is_no_other_policy" {
  command = plan

  variables {
    deployer_boundary_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    deployer_policy_arns  = { tagged = "arn:aws:iam::111122223333:policy/prod-use1-client-deployer-tagged" }
  }

  expect_failures = [var.deployer_boundary_arn]
}

run "nor_are_its_policies" {
  command = plan

  variables {
    deployer_boundary_arn = "arn:aws:iam::111122223333:policy/prod-use1-client-deployer-boundary"
    deployer_policy_arns  = { all = "arn:aws:iam::aws:policy/AdministratorAccess" }
  }

  expect_failures = [var.deployer_policy_arns]
}

run "a_deployer_with_a_boundary_and_no_policy_could_do_nothing" {
  command = plan

  variables {
    deployer_boundary_arn = "arn:aws:iam::111122223333:policy/prod-use1-client-deployer-boundary"
  }

  expect_failures = [var.deployer_policy_arns]
}
