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
  name          = "tools"
  region        = "us-east-1"
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

run "private_encrypted_and_with_tls_only" {
  command = apply

  assert {
    condition     = aws_db_instance.ledger.storage_encrypted && !aws_db_instance.ledger.publicly_accessible && aws_db_instance.ledger.iam_database_authentication_enabled
    error_message = "The ledger is private, encrypted, and asks for tokens."
  }

  assert {
    condition     = contains([for item in aws_db_parameter_group.ledger.parameter : "${item.name}=${item.value}"], "rds.force_ssl=1")
    error_message = "No connection without TLS."
  }

  assert {
    condition     = aws_db_instance.ledger.deletion_protection && aws_db_instance.ledger.backup_retention_period == 35
    error_message = "It can be brought back, and not be removed by mistake."
  }
}

run "the_whole_internet_is_refused" {
  command = plan

  variables {
    allowed_cidrs = ["0.0.0.0/0"]
  }

  expect_failures = [var.allowed_cidrs]
}
