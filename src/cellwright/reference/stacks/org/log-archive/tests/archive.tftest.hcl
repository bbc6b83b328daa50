mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "555566667777" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name                  = "log-archive"
  fleet                 = "medloop"
  region                = "us-east-1"
  organization_id       = "o-a1b2c3d4e5"
  management_account_id = "999900001111"
  trail_name            = "medloop"

  tags = {
    Client    = "shared"
    Cell      = "log-archive"
    Fleet     = "medloop"
    Level     = "org"
    Stack     = "log-archive"
    ManagedBy = "cellwright"
  }
}

run "only_the_organizations_trail_writes_and_nobody_removes" {
  command = plan

  assert {
    condition     = aws_s3_bucket.this.object_lock_enabled && aws_s3_bucket_object_lock_configuration.this.rule[0].default_retention[0].days == 2192
    error_message = "Records are kept for six years, whoever asks."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement :
      try(statement.Condition.StringEquals["aws:SourceArn"], "") == "arn:aws:cloudtrail:us-east-1:999900001111:trail/medloop" || statement.Effect == "Deny"
    ])
    error_message = "Somebody else may write."
  }

  assert {
    condition     = contains(flatten([for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement : statement.Resource]), "arn:aws:s3:::medloop-archive-555566667777/AWSLogs/o-a1b2c3d4e5/*")
    error_message = "An organisation's trail writes below the organisation's id."
  }
}
