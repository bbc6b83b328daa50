# What only the domain's own API can be told: who may do what in it, and when indices go. The function that tells it
# stands in the domain's network and has the role that the domain knows from the start.
locals {
  setup_name     = "${local.full_name}-setup"
  setup_role_arn = "arn:${local.partition}:iam::${local.account}:role/${var.tags["Fleet"]}/${var.tags["Client"]}/${local.setup_name}"

  told = {
    delivery   = local.delivery_role_arn
    managers   = sort(var.manager_role_arns)
    readers    = sort(var.reader_role_arns)
    index_days = var.index_days
  }
}

resource "aws_cloudformation_stack" "setup" {
  #checkov:skip=CKV_AWS_124:Terraform alone makes and changes it, waits for it and says how it ended
  name = local.setup_name

  template_body = jsonencode({
    AWSTemplateFormatVersion = "2010-09-09"
    Description              = "Tells the domain who may do what in it"
    Resources = {
      Function = {
        Type = "AWS::Lambda::Function"
        Properties = {
          FunctionName  = local.setup_name
          Description   = "Tells the domain who may do what in it"
          Handler       = "index.handler"
          Runtime       = "python3.12"
          Architectures = ["arm64"]
          Timeout       = 120
          MemorySize    = 256
          Role          = aws_iam_role.setup.arn
          KmsKeyArn     = aws_kms_key.this.arn
          Environment = { Variables = {
            ENDPOINT = aws_opensearch_domain.this.endpoint
            ROLE_ARN = local.setup_role_arn
          } }
          LoggingConfig = { LogGroup = aws_cloudwatch_log_group.setup.name }
          VpcConfig = {
            SubnetIds        = var.subnet_ids
            SecurityGroupIds = [aws_security_group.delivery.id]
          }
          Code = { ZipFile = file("${path.module}/setup.py") }
        }
      }
    }
  })

  depends_on = [aws_iam_role_policy.setup]
}

# Asked again whenever the function or what it is told changes. What the domain refuses fails the apply.
resource "aws_lambda_invocation" "setup" {
  function_name = local.setup_name
  input         = jsonencode(local.told)

  triggers = {
    domain   = aws_opensearch_domain.this.domain_id
    function = filesha256("${path.module}/setup.py")
  }

  lifecycle {
    postcondition {
      condition     = !can(jsondecode(self.result).errorMessage)
      error_message = "The domain was not told who may do what in it: ${self.result}"
    }
  }

  depends_on = [aws_cloudformation_stack.setup]
}

resource "aws_cloudwatch_log_group" "setup" {
  name              = "${local.group_prefix}setup"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.this.arn
}

resource "aws_iam_role" "setup" {
  name                 = local.setup_name
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "May do everything in the OpenSearch domain of ${var.name}"
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

resource "aws_iam_role_policy" "setup" {
  #checkov:skip=CKV_AWS_290:AWS knows no narrower resource for the network interfaces of a function
  #checkov:skip=CKV_AWS_355:as CKV_AWS_290
  name = "domain-and-logs"
  role = aws_iam_role.setup.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Domain"
        Effect   = "Allow"
        Action   = ["es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"]
        Resource = ["${local.domain_arn}/*"]
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.setup.arn}:*"
      },
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = aws_kms_key.this.arn
      },
      # AWS knows no narrower resource for the network interfaces of a function.
      {
        Sid      = "Network"
        Effect   = "Allow"
        Action   = ["ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses"]
        Resource = "*"
      },
    ]
  })
}
