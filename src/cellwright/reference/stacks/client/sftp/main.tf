data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
  prefix    = "sftp"

  user_folders = { for pair in setproduct(keys(var.users), var.folders) : "${pair[0]}/${pair[1]}" => pair }

  # A key is known by what it is, so that the others stay when one is taken away.
  user_keys = merge([
    for name, user in var.users : { for key in user.keys : "${name}/${substr(sha256(key), 0, 12)}" => { user = name, key = key } }
  ]...)
}

# An empty object makes a folder that users see before anything lies in it. A bucket with a lock takes it only with its
# checksum.
resource "aws_s3_object" "folder" {
  for_each = local.user_folders

  bucket                 = var.bucket
  key                    = "${local.prefix}/${each.key}/"
  content                = ""
  checksum_algorithm     = "SHA256"
  server_side_encryption = "aws:kms"
  kms_key_id             = var.kms_key_arn

  # A bucket's lock sets these by itself.
  lifecycle {
    ignore_changes = [object_lock_mode, object_lock_retain_until_date]
  }
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/clients/${var.name}/sftp"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.encrypt_logs ? var.kms_key_arn : null
}

resource "aws_eip" "this" {
  count = var.server && var.public_addresses ? length(var.subnet_ids) : 0

  domain = "vpc"

  tags = { Name = "client-${var.name}-sftp-${count.index}" }
}

resource "aws_transfer_server" "this" {
  #checkov:skip=CKV_AWS_380:the default is AWS's newest; the rule wants one of the last two years, whether AWS has made one or not
  count = var.server ? 1 : 0

  domain                 = "S3"
  protocols              = ["SFTP"]
  identity_provider_type = "SERVICE_MANAGED"
  security_policy_name   = var.security_policy
  endpoint_type          = "VPC"

  structured_log_destinations = ["${aws_cloudwatch_log_group.this.arn}:*"]

  endpoint_details {
    vpc_id                 = var.vpc_id
    subnet_ids             = var.subnet_ids
    security_group_ids     = [aws_security_group.this.id]
    address_allocation_ids = var.public_addresses ? aws_eip.this[*].allocation_id : null
  }

  tags = { Name = "client-${var.name}-sftp" }
}

# Each user sees a tree of its own: what it calls / is its folder, and the policy of its session ends there too.
resource "aws_transfer_user" "this" {
  for_each = var.server ? var.users : {}

  server_id           = aws_transfer_server.this[0].id
  user_name           = each.key
  role                = aws_iam_role.session.arn
  home_directory_type = "LOGICAL"

  home_directory_mappings {
    entry  = "/"
    target = "/${var.bucket}/${local.prefix}/${each.key}"
  }

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.statements[each.key]
  })
}

resource "aws_transfer_ssh_key" "this" {
  for_each = var.server ? local.user_keys : {}

  server_id = aws_transfer_server.this[0].id
  user_name = aws_transfer_user.this[each.value.user].user_name
  body      = each.value.key
}
