locals {
  glue = "arn:${local.partition}:glue:${var.region}:${local.account}"

  catalogue = [
    "${local.glue}:catalog",
    "${local.glue}:database/${local.database}",
    "${local.glue}:table/${local.database}/*",
  ]

  data_arn = "arn:${local.partition}:s3:::${var.bucket}"

  # To read what lies in the folder that may be queried.
  reading = [
    {
      Sid       = "Folder"
      Effect    = "Allow"
      Action    = ["s3:ListBucket"]
      Resource  = [local.data_arn]
      Condition = { StringLike = { "s3:prefix" = ["${var.prefix}/*"] } }
    },
    {
      Sid      = "Bucket"
      Effect   = "Allow"
      Action   = ["s3:GetBucketLocation"]
      Resource = [local.data_arn]
    },
    {
      Sid      = "Data"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = ["${local.data_arn}/${var.prefix}/*"]
    },
  ]

  # To query: in this client's workgroup, over this client's database, with results in its own bucket.
  querying = concat(local.reading, [
    {
      Sid    = "Workgroup"
      Effect = "Allow"
      Action = [
        "athena:GetQueryExecution", "athena:GetQueryResults", "athena:GetQueryResultsStream", "athena:GetWorkGroup",
        "athena:ListQueryExecutions", "athena:StartQueryExecution", "athena:StopQueryExecution",
      ]
      Resource = ["arn:${local.partition}:athena:${var.region}:${local.account}:workgroup/client-${var.name}"]
    },
    {
      Sid      = "Catalogue"
      Effect   = "Allow"
      Action   = ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"]
      Resource = local.catalogue
    },
    # Athena asks for the database called default before any other; its tables stay closed.
    {
      Sid      = "DefaultDatabase"
      Effect   = "Allow"
      Action   = ["glue:GetDatabase"]
      Resource = ["${local.glue}:catalog", "${local.glue}:database/default"]
    },
    {
      Sid      = "ResultsBucket"
      Effect   = "Allow"
      Action   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
      Resource = [local.results_arn]
    },
    {
      Sid      = "Results"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
      Resource = ["${local.results_arn}/results/*"]
    },
    {
      Sid      = "Key"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = [var.kms_key_arn]
    },
  ])
}

resource "aws_iam_role_policy" "service" {
  count = var.service_role_name == null ? 0 : 1

  name = "own-queries"
  role = var.service_role_name

  policy = jsonencode({ Version = "2012-10-17", Statement = local.querying })
}

resource "aws_iam_role" "analyst" {
  count = length(var.analyst_principals) == 0 ? 0 : 1

  name                 = "client-${var.name}-analyst"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Queries the data of ${var.name}"
  permissions_boundary = var.boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = sort(var.analyst_principals) }
    }]
  })
}

resource "aws_iam_role_policy" "analyst" {
  count = length(var.analyst_principals) == 0 ? 0 : 1

  name = "own-queries"
  role = aws_iam_role.analyst[0].id

  policy = jsonencode({ Version = "2012-10-17", Statement = local.querying })
}

# Glue looks into the folder, and writes what it finds into this client's part of the catalogue.
resource "aws_iam_role" "crawler" {
  count = var.crawler == null ? 0 : 1

  name                 = "client-${var.name}-crawler"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Finds tables of ${var.name}"
  permissions_boundary = var.boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "glue.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "crawler" {
  count = var.crawler == null ? 0 : 1

  name = "own-catalogue"
  role = aws_iam_role.crawler[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.reading, [
      {
        Sid    = "Catalogue"
        Effect = "Allow"
        Action = [
          "glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:CreateTable", "glue:UpdateTable",
          "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition", "glue:BatchCreatePartition", "glue:BatchUpdatePartition",
          "glue:BatchDeletePartition", "glue:CreatePartition", "glue:UpdatePartition",
        ]
        Resource = local.catalogue
      },
      {
        Sid      = "Configuration"
        Effect   = "Allow"
        Action   = ["glue:GetSecurityConfiguration"]
        Resource = ["*"]
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:AssociateKmsKey"]
        Resource = ["arn:${local.partition}:logs:${var.region}:${local.account}:log-group:/aws-glue/crawlers-role/client-${var.name}-crawler-*"]
      },
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
        Resource = [var.kms_key_arn]
      },
    ])
  })
}
