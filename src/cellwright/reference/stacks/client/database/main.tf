data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account    = data.aws_caller_identity.this.account_id
  partition  = data.aws_partition.this.partition
  identifier = "client-${var.name}"
  major      = split(".", var.engine_version)[0]

  # PostgreSQL's own log, and what an upgrade says.
  logs = toset(["postgresql", "upgrade"])
}

resource "aws_db_subnet_group" "this" {
  name        = local.identifier
  description = "Where the database of ${var.name} stands"
  subnet_ids  = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name        = "${local.identifier}-postgres${local.major}"
  description = "PostgreSQL ${local.major} of ${var.name}"
  family      = "postgres${local.major}"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_connections"
    value = "1"
  }

  parameter {
    name  = "log_disconnections"
    value = "1"
  }

  # Who changes the database's structure; statements on data would put what they carry into the log.
  parameter {
    name  = "log_statement"
    value = "ddl"
  }

  parameter {
    name         = "shared_preload_libraries"
    value        = "pg_stat_statements,pgaudit"
    apply_method = "pending-reboot"
  }

  parameter {
    name  = "pgaudit.log"
    value = join(",", sort(var.audit))
  }

  # The group of a new major version is there before the instance leaves that of the old one.
  lifecycle {
    create_before_destroy = true
  }
}

# Made here rather than by RDS, which would keep them for ever and with CloudWatch's own key.
resource "aws_cloudwatch_log_group" "this" {
  for_each = local.logs

  name              = "/aws/rds/instance/${local.identifier}/${each.value}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.encrypt_logs ? var.kms_key_arn : null
}

resource "aws_db_instance" "this" {
  #checkov:skip=CKV_AWS_353:it is on unless performance_insights_days is null, which the rule can't follow
  identifier                  = local.identifier
  engine                      = "postgres"
  engine_version              = var.engine_version
  allow_major_version_upgrade = var.allow_major_upgrade
  auto_minor_version_upgrade  = true
  instance_class              = var.instance_class
  multi_az                    = var.multi_az
  db_name                     = var.database
  parameter_group_name        = aws_db_parameter_group.this.name
  apply_immediately           = var.apply_immediately

  storage_type          = "gp3"
  allocated_storage     = var.storage.size
  max_allocated_storage = var.storage.maximum > var.storage.size ? var.storage.maximum : null
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  publicly_accessible    = false

  # RDS makes the master password and renews it; Terraform never sees it. Services sign in with tokens of IAM.
  username                            = var.administrator
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = var.kms_key_arn
  iam_database_authentication_enabled = true

  backup_retention_period  = var.backup_retention_days
  backup_window            = var.windows.backup
  maintenance_window       = var.windows.maintenance
  copy_tags_to_snapshot    = true
  delete_automated_backups = var.final_snapshot == null

  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = var.final_snapshot == null
  final_snapshot_identifier = var.final_snapshot == null ? null : "${local.identifier}-${var.final_snapshot}"

  enabled_cloudwatch_logs_exports       = local.logs
  performance_insights_enabled          = var.performance_insights_days != null
  performance_insights_kms_key_id       = var.performance_insights_days == null ? null : var.kms_key_arn
  performance_insights_retention_period = var.performance_insights_days
  monitoring_interval                   = var.monitoring_seconds
  monitoring_role_arn                   = var.monitoring_seconds == 0 ? null : aws_iam_role.monitoring[0].arn

  depends_on = [aws_cloudwatch_log_group.this]
}
