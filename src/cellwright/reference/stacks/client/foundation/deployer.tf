# Who deploys this client's other stacks. Its policies, and its boundary, go by the tag Client, so it reaches nothing of
# another client's. It lies below the path of what is shared, where no client's deployer can change it.
resource "aws_iam_role" "deployer" {
  count = var.deployer_boundary_arn == null ? 0 : 1

  name                 = "client-${var.name}-deployer"
  path                 = "/${var.tags["Fleet"]}/shared/clients/"
  description          = "Deploys ${var.name}, and nothing of another client"
  permissions_boundary = var.deployer_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = local.deployer_accounts }
      Condition = { ArnLike = { "aws:PrincipalArn" = local.deployer_callers } }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "deployer" {
  for_each = var.deployer_boundary_arn == null ? {} : var.deployer_policy_arns

  role       = aws_iam_role.deployer[0].name
  policy_arn = each.value
}

locals {
  # As base/account has it for its own deployer: accounts, and in them these principals alone.
  deployer_principals = length(var.deployer_principals) == 0 ? ["arn:${local.partition}:iam::${local.account}:root"] : sort(var.deployer_principals)
  deployer_accounts   = distinct([for arn in local.deployer_principals : "arn:${local.partition}:iam::${split(":", arn)[4]}:root"])
  deployer_callers    = [for arn in local.deployer_principals : endswith(arn, ":root") ? "${trimsuffix(arn, "root")}*" : arn]
}
