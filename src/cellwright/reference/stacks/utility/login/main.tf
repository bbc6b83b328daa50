data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition
}

# Vault of another account asks by this role who somebody of this account is, and can do nothing else with it.
resource "aws_iam_role" "this" {
  name                 = "${var.name}-vault-login"
  path                 = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"
  description          = "Lets Vault ask for the unique ids of roles in ${var.name}"
  permissions_boundary = var.boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = var.vault_role_arn }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "who-is-it"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "WhoIsIt"
      Effect   = "Allow"
      Action   = "iam:GetRole"
      Resource = [for pattern in sort(var.login_roles) : "arn:${local.partition}:iam::${local.account}:role/${var.tags["Fleet"]}/${pattern}"]
    }]
  })
}
