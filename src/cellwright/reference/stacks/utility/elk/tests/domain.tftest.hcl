mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mocked" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:111122223333:log-group:mocked" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
  }

  mock_resource "aws_opensearch_domain" {
    defaults = { arn = "arn:aws:es:us-east-1:111122223333:domain/prod-use1" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::medloop-prod-use1-failed-logs-111122223333" }
  }

  mock_resource "aws_kinesis_firehose_delivery_stream" {
    defaults = { arn = "arn:aws:firehose:us-east-1:111122223333:deliverystream/prod-use1-elk" }
  }

  mock_resource "aws_lambda_invocation" {
    defaults = { result = "{\"policy\": \"made\"}" }
  }
}

variables {
  name             = "prod-use1"
  fleet            = "medloop"
  region           = "us-east-1"
  vpc_id           = "vpc-0123456789abcdef0"
  subnet_ids       = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-0123456789abcdef2"]
  reader_role_arns = ["arn:aws:iam::111122223333:role/prod-use1-auditor"]
  alarm_topic_arn  = "arn:aws:sns:us-east-1:111122223333:prod-use1-alarms"

  tags = {
    Client    = "shared"
    Cell      = "prod-use1"
    Fleet     = "medloop"
    Level     = "utility"
    Stack     = "elk"
    ManagedBy = "terraform"
  }
}

run "the_domain_is_told_by_code_who_may_do_what" {
  command = plan

  assert {
    condition     = aws_opensearch_domain.this.advanced_security_options[0].master_user_options[0].master_user_arn == "arn:aws:iam::111122223333:role/medloop/shared/prod-use1-elk-setup"
    error_message = "The function that tells the domain has the role that the domain knows."
  }

  assert {
    condition = jsondecode(aws_lambda_invocation.setup.input) == {
      delivery   = "arn:aws:iam::111122223333:role/medloop/shared/prod-use1-elk-delivery"
      managers   = []
      readers    = ["arn:aws:iam::111122223333:role/prod-use1-auditor"]
      index_days = 90
    }
    error_message = "Else every record ends in the bucket of failed ones: ${aws_lambda_invocation.setup.input}"
  }
}

run "what_breaks_a_domain_raises_an_alarm" {
  command = plan

  assert {
    condition = length(setsubtract(
      ["ClusterStatus.red", "JVMMemoryPressure", "ClusterIndexWritesBlocked", "KMSKeyError"],
      [for alarm in aws_cloudwatch_metric_alarm.domain : alarm.metric_name],
    )) == 0 && aws_cloudwatch_metric_alarm.space[0].threshold == 25600
    error_message = "A red domain, full memory and a full disk are told of."
  }

  assert {
    condition = length(setsubtract(
      ["DeliveryToAmazonOpenSearchService.Success", "ExecuteProcessing.Success"],
      [for alarm in aws_cloudwatch_metric_alarm.rejected : alarm.metric_name if alarm.threshold == 1 && alarm.comparison_operator == "LessThanThreshold"],
    )) == 0
    error_message = "Nobody would hear of records that end in the bucket of failed ones: the stream stays fresh."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.domain : alarm.dimensions["ClientId"] == "111122223333"])
    error_message = "Metrics of AWS/ES carry the account, else the alarm watches nothing."
  }
}
