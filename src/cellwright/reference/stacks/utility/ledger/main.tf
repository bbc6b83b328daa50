data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account    = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  identifier = "${var.name}-ledger"
  major      = split(".", var.engine_version)[0]
  logs       = toset(["postgresql", "upgrade"])
}

resource "aws_db_subnet_group" "ledger" {
  name        = local.identifier
  description = "Where the ledger of ${var.name} stands"
  subnet_ids  = var.subnet_ids
}

resource "aws_db_parameter_group" "ledger" {
  name        = "${local.identifier}-postgres${local.major}"
  description = "PostgreSQL ${local.major} of the ledger of ${var.name}"
  family      = "postgres${local.major}"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_connections"
    value = "1"
  }

  # Who changes the tables' structure, or takes away what guards the trail.
  parameter {
    name  = "log_statement"
    value = "ddl"
  }

  # The group of a new major version is there before the instance leaves that of the old one.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "ledger" {
  for_each = local.logs

  name              = "/aws/rds/instance/${local.identifier}/${each.value}"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.ledger.arn
}

resource "aws_db_instance" "ledger" {
  #checkov:skip=CKV_AWS_118:alarms watch its processor, disk and connections; the operating system of so small an instance says no more
  identifier                 = local.identifier
  engine                     = "postgres"
  engine_version             = var.engine_version
  auto_minor_version_upgrade = true
  instance_class             = var.instance_class
  multi_az                   = var.multi_az
  db_name                    = var.database
  parameter_group_name       = aws_db_parameter_group.ledger.name

  storage_type          = "gp3"
  allocated_storage     = var.storage_gib.size
  max_allocated_storage = var.storage_gib.maximum
  storage_encrypted     = true
  kms_key_id            = aws_kms_key.ledger.arn

  db_subnet_group_name   = aws_db_subnet_group.ledger.name
  vpc_security_group_ids = [aws_security_group.ledger.id]
  publicly_accessible    = false

  # RDS makes the owner's password and renews it; Terraform never sees it. All others sign in with tokens of IAM.
  username                            = var.administrator
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = aws_kms_key.ledger.arn
  iam_database_authentication_enabled = true

  backup_retention_period  = var.backup_retention_days
  copy_tags_to_snapshot    = true
  delete_automated_backups = var.final_snapshot == null

  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = var.final_snapshot == null
  final_snapshot_identifier = var.final_snapshot == null ? null : "${local.identifier}-${var.final_snapshot}"

  enabled_cloudwatch_logs_exports       = local.logs
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = aws_kms_key.ledger.arn
  performance_insights_retention_period = 7

  depends_on = [aws_cloudwatch_log_group.ledger]
}

resource "aws_security_group" "ledger" {
  name        = local.identifier
  description = "The ledger of ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = local.identifier }
}

resource "aws_vpc_security_group_ingress_rule" "ledger" {
  for_each = toset(var.allowed_cidrs)

  security_group_id = aws_security_group.ledger.id
  description       = "Whoever carries out runs"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
}
