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

  tags = {
    Client    = "shared"
    Cell      = "tools"
    Fleet     = "medloop"
    Level     = "bootstrap"
    Stack     = "registry"
    ManagedBy = "terraform"
  }
}

run "tags_stay_and_images_are_scanned" {
  command = apply

  assert {
    condition     = alltrue([for item in values(aws_ecr_repository.image) : item.image_tag_mutability == "IMMUTABLE" && item.image_scanning_configuration[0].scan_on_push])
    error_message = "What was reviewed is what runs."
  }

  assert {
    condition     = length(aws_ecr_repository_policy.image) == 0
    error_message = "No other account pulls unless it is named."
  }
}

run "named_accounts_pull_and_do_not_push" {
  command = apply

  variables {
    pull_account_ids = ["444455556666"]
  }

  assert {
    condition     = alltrue([for item in values(aws_ecr_repository_policy.image) : !strcontains(item.policy, "Put") && strcontains(item.policy, "444455556666")])
    error_message = "They pull, and no more."
  }
}
