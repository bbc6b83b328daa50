# The function is made from its text by CloudFormation, which needs no archive; Terraform would want a file made
# beforehand, or another provider to make it.
resource "aws_cloudformation_stack" "transform" {
  #checkov:skip=CKV_AWS_124:Terraform alone makes and changes it, waits for it and says how it ended
  name = "${local.full_name}-transform"

  template_body = jsonencode({
    AWSTemplateFormatVersion = "2010-09-09"
    Description              = "Makes one record of each log event"
    Resources = {
      Function = {
        Type = "AWS::Lambda::Function"
        Properties = {
          FunctionName  = local.transform_name
          Description   = "Makes one record of each log event"
          Handler       = "index.handler"
          Runtime       = "python3.12"
          Architectures = ["arm64"]
          Timeout       = 300
          MemorySize    = 512
          Role          = aws_iam_role.transform.arn
          KmsKeyArn     = aws_kms_key.this.arn
          Environment   = { Variables = { STREAM = local.full_name } }
          LoggingConfig = { LogGroup = aws_cloudwatch_log_group.transform.name }
          Code          = { ZipFile = file("${path.module}/transform.py") }
        }
      }
    }
  })

  depends_on = [aws_iam_role_policy.transform]
}

locals {
  transform_name = "${local.full_name}-transform"
  transform_arn  = "arn:${local.partition}:lambda:${local.arn_tail}:function:${local.transform_name}"
}

resource "aws_cloudwatch_log_group" "transform" {
  name              = "${local.group_prefix}transform"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.this.arn
}

resource "aws_iam_role" "transform" {
  name                 = local.transform_name
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Unpacks log records on their way to OpenSearch in ${var.name}"
  permissions_boundary = var.boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "transform" {
  name = "own-stream-and-logs"
  role = aws_iam_role.transform.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "PutBack"
        Effect   = "Allow"
        Action   = "firehose:PutRecordBatch"
        Resource = local.stream_arn
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.transform.arn}:*"
      },
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.this.arn
      },
    ]
  })
}
