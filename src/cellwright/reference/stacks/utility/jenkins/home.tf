# Elastic: a home of a few gigabytes would otherwise be allowed a few hundred kilobytes a second once its credits are
# used up, and Jenkins would start for an hour.
resource "aws_efs_file_system" "home" {
  #checkov:skip=CKV2_AWS_18:the file system's own backup policy, below, has AWS Backup keep it every day
  creation_token  = "${local.full_name}-home"
  encrypted       = true
  kms_key_id      = aws_kms_key.this.arn
  throughput_mode = "elastic"

  tags = { Name = "${local.full_name}-home" }
}

resource "aws_efs_backup_policy" "home" {
  file_system_id = aws_efs_file_system.home.id

  backup_policy {
    status = "ENABLED"
  }
}

# Jenkins' own user, whoever the container thinks it is.
resource "aws_efs_access_point" "home" {
  file_system_id = aws_efs_file_system.home.id

  posix_user {
    uid = 1000
    gid = 1000
  }

  root_directory {
    path = "/home"

    creation_info {
      owner_uid   = 1000
      owner_gid   = 1000
      permissions = "0700"
    }
  }

  tags = { Name = "${local.full_name}-home" }
}

resource "aws_efs_mount_target" "this" {
  count = length(var.subnet_ids)

  file_system_id  = aws_efs_file_system.home.id
  subnet_id       = var.subnet_ids[count.index]
  security_groups = [aws_security_group.home.id]
}

resource "aws_efs_file_system_policy" "home" {
  file_system_id = aws_efs_file_system.home.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Controller"
        Effect    = "Allow"
        Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
        Principal = { AWS = aws_iam_role.controller.arn }
        Resource  = aws_efs_file_system.home.arn
        Condition = { StringEquals = { "elasticfilesystem:AccessPointArn" = aws_efs_access_point.home.arn } }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "*"
        Principal = { AWS = "*" }
        Resource  = aws_efs_file_system.home.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}
