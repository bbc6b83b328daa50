# With this role log groups, this cell's and its clients', hand their records over.
resource "aws_iam_role" "subscription" {
  name                 = "${local.full_name}-subscription"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Lets log groups send to OpenSearch in ${var.name}"
  permissions_boundary = var.boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "logs.amazonaws.com" }
      Condition = { ArnLike = { "aws:SourceArn" = "arn:${local.partition}:logs:${local.arn_tail}:*" } }
    }]
  })
}

resource "aws_iam_role_policy" "subscription" {
  name = "stream"
  role = aws_iam_role.subscription.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Stream"
      Effect   = "Allow"
      Action   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
      Resource = local.stream_arn
    }]
  })
}

resource "aws_iam_role" "delivery" {
  name                 = "${local.full_name}-delivery"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Delivers log records to OpenSearch in ${var.name}"
  permissions_boundary = var.boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "firehose.amazonaws.com" }
      Condition = { StringEquals = { "sts:ExternalId" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "delivery" {
  name = "domain-and-bucket"
  role = aws_iam_role.delivery.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Domain"
        Effect   = "Allow"
        Action   = ["es:DescribeDomain", "es:DescribeDomains", "es:DescribeDomainConfig", "es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"]
        Resource = [local.domain_arn, "${local.domain_arn}/*"]
      },
      {
        Sid      = "Bucket"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:PutObject"]
        Resource = [local.bucket_arn, "${local.bucket_arn}/*"]
      },
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = aws_kms_key.this.arn
      },
      {
        Sid      = "Transform"
        Effect   = "Allow"
        Action   = ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"]
        Resource = [local.transform_arn, "${local.transform_arn}:*"]
      },
      {
        Sid      = "Logs"
        Effect   = "Allow"
        Action   = "logs:PutLogEvents"
        Resource = "${aws_cloudwatch_log_group.delivery.arn}:*"
      },
      # AWS knows no narrower resource for what describes networks.
      {
        Sid      = "Network"
        Effect   = "Allow"
        Action   = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcAttribute", "ec2:DescribeVpcs"]
        Resource = "*"
      },
      {
        Sid    = "Interfaces"
        Effect = "Allow"
        Action = ["ec2:CreateNetworkInterface", "ec2:CreateNetworkInterfacePermission", "ec2:CreateTags", "ec2:DeleteNetworkInterface"]
        Resource = [
          for kind in ["network-interface", "security-group", "subnet"] : "arn:${local.partition}:ec2:${local.arn_tail}:${kind}/*"
        ]
      },
    ]
  })
}
