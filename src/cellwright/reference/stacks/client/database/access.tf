resource "aws_security_group" "this" {
  name        = "client-${var.name}-database"
  description = "The database of ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "client-${var.name}-database" }
}

resource "aws_vpc_security_group_ingress_rule" "members" {
  security_group_id            = aws_security_group.this.id
  description                  = "What runs for this client"
  referenced_security_group_id = var.client_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = aws_db_instance.this.port
  to_port                      = aws_db_instance.this.port
}

resource "aws_vpc_security_group_egress_rule" "members" {
  security_group_id            = var.client_security_group_id
  description                  = "To the database"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = aws_db_instance.this.port
  to_port                      = aws_db_instance.this.port
}

# Services sign in as one user of the database, whom IAM knows; the master's password is not theirs to read.
resource "aws_iam_role_policy" "service" {
  count = var.service_role_name == null ? 0 : 1

  name = "own-database"
  role = var.service_role_name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "SignIn"
      Effect   = "Allow"
      Action   = "rds-db:connect"
      Resource = "arn:${local.partition}:rds-db:${var.region}:${local.account}:dbuser:${aws_db_instance.this.resource_id}/${var.service_user}"
    }]
  })
}

# RDS reports on the operating system under this role. The group it writes to is the account's, shared by all
# databases there: it carries load and processes, no data.
resource "aws_iam_role" "monitoring" {
  count = var.monitoring_seconds == 0 ? 0 : 1

  name                 = "client-${var.name}-database-monitoring"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Lets the database of ${var.name} report on its operating system"
  permissions_boundary = var.boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "monitoring.rds.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:rds:${var.region}:${local.account}:db:${local.identifier}" }
      }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  count = var.monitoring_seconds == 0 ? 0 : 1

  role       = aws_iam_role.monitoring[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}
