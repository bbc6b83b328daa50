# Servers hold what they know on disks that go with their tasks, and replace each other. What is here is for the day
# when all of them are gone at once: an hourly snapshot, which AWS Backup keeps in turn.
resource "aws_efs_file_system" "snapshots" {
  #checkov:skip=CKV2_AWS_18:the file system's own backup policy, below, has AWS Backup keep it every day
  creation_token = "${local.full_name}-snapshots"
  encrypted      = true
  kms_key_id     = aws_kms_key.this.arn

  tags = { Name = "${local.full_name}-snapshots" }
}

resource "aws_efs_backup_policy" "snapshots" {
  file_system_id = aws_efs_file_system.snapshots.id

  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_access_point" "snapshots" {
  file_system_id = aws_efs_file_system.snapshots.id

  posix_user {
    uid = 100
    gid = 1000
  }

  root_directory {
    path = "/snapshots"

    creation_info {
      owner_uid   = 100
      owner_gid   = 1000
      permissions = "0700"
    }
  }

  tags = { Name = "${local.full_name}-snapshots" }
}

resource "aws_efs_mount_target" "this" {
  count = length(var.subnet_ids)

  file_system_id  = aws_efs_file_system.snapshots.id
  subnet_id       = var.subnet_ids[count.index]
  security_groups = [aws_security_group.snapshots.id]
}

resource "aws_efs_file_system_policy" "snapshots" {
  file_system_id = aws_efs_file_system.snapshots.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Consul"
        Effect    = "Allow"
        Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
        Principal = { AWS = aws_iam_role.this.arn }
        Resource  = aws_efs_file_system.snapshots.arn
        Condition = { StringEquals = { "elasticfilesystem:AccessPointArn" = aws_efs_access_point.snapshots.arn } }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Action    = "*"
        Principal = { AWS = "*" }
        Resource  = aws_efs_file_system.snapshots.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}
