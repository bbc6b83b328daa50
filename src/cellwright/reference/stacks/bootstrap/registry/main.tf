data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
}

resource "aws_kms_key" "images" {
  description             = "Images of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = var.key_deletion_days

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      # The account as a whole holds the key, so that it can't be lost with a role; IAM says who may use it.
      Sid       = "Account"
      Effect    = "Allow"
      Action    = "kms:*"
      Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
      Resource  = "*"
    }]
  })
}

resource "aws_kms_alias" "images" {
  name          = "alias/${var.name}/images"
  target_key_id = aws_kms_key.images.key_id
}

resource "aws_ecr_repository" "image" {
  for_each = var.images

  name = "${var.name}/${each.key}"
  # What a tag means can't be changed afterwards: the image that was reviewed is the one that runs.
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.images.arn
  }
}

resource "aws_ecr_lifecycle_policy" "image" {
  for_each = var.images

  repository = aws_ecr_repository.image[each.key].name

  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Old images"
      selection = {
        tagStatus   = "any"
        countType   = "imageCountMoreThan"
        countNumber = var.kept_images
      }
      action = { type = "expire" }
    }]
  })
}

resource "aws_ecr_repository_policy" "image" {
  for_each = length(var.pull_account_ids) == 0 ? toset([]) : var.images

  repository = aws_ecr_repository.image[each.key].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OtherAccountsPull"
      Effect    = "Allow"
      Action    = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      Principal = { AWS = [for id in var.pull_account_ids : "arn:${local.partition}:iam::${id}:root"] }
    }]
  })
}
