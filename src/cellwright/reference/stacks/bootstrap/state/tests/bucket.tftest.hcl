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
}

variables {
  name   = "medloop"
  region = "us-east-1"
  bucket = "medloop-state-111122223333"

  tags = {
    Client    = "shared"
    Cell      = "tools"
    Fleet     = "medloop"
    Level     = "bootstrap"
    Stack     = "state"
    ManagedBy = "terraform"
  }
}

run "the_bucket_is_private_versioned_and_encrypted" {
  command = apply

  assert {
    condition     = aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled"
    error_message = "Former versions are a state's backup."
  }

  assert {
    condition     = alltrue([aws_s3_bucket_public_access_block.state.block_public_policy, aws_s3_bucket_public_access_block.state.restrict_public_buckets])
    error_message = "States are nobody else's."
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.state.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms"
    error_message = "States are encrypted with the bucket's own key."
  }

  assert {
    condition = alltrue([
      for sid in ["TlsOnly", "VersionsStay", "NoOtherKey", "NoOtherEncryption"] :
      contains([for item in jsondecode(aws_s3_bucket_policy.state.policy).Statement : item.Sid if item.Effect == "Deny"], sid)
    ])
    error_message = "The policy refuses plain HTTP, other keys, and the removal of former versions."
  }

  assert {
    condition     = [for item in jsondecode(aws_s3_bucket_policy.state.policy).Statement : item.Sid if item.Effect == "Allow"] == []
    error_message = "Without users of other accounts nobody is let in by the bucket's policy."
  }
}

run "users_of_other_accounts_read_and_write_and_remove_no_version" {
  command = apply

  variables {
    user_arns       = ["arn:aws:iam::444455556666:role/pipeline"]
    organization_id = "o-a1b2c3d4e5"
  }

  assert {
    condition     = toset(flatten([for item in jsondecode(aws_s3_bucket_policy.state.policy).Statement : item.Action if item.Effect == "Allow"])) == toset(["s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"])
    error_message = "They get what a backend needs, and no more."
  }

  assert {
    condition     = contains([for item in jsondecode(aws_kms_key.state.policy).Statement : item.Sid], "Users")
    error_message = "Without the key they could read nothing."
  }

  assert {
    condition     = contains([for item in jsondecode(aws_s3_bucket_policy.state.policy).Statement : item.Sid], "OwnOrganisationOnly")
    error_message = "Nobody from outside of the organisation gets in."
  }
}

run "a_name_with_dots_is_refused" {
  command = plan

  variables {
    bucket = "states.medloop.example"
  }

  expect_failures = [var.bucket]
}
