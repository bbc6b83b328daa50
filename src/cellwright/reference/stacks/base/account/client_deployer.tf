# client/foundation makes a deployer for each client. IAM fills in the client's name from the role's tag, so the same
# policies serve all, and none reaches another client's things.

# What it may do: a policy for each rule.
resource "aws_iam_policy" "client_deployer" {
  for_each = merge(local.client_rights, { tagged = concat([local.own_things], local.client_rights.tagged) })

  name        = "${var.name}-client-deployer-${each.key}"
  description = "What the deployer of one client in ${var.name} may do: ${each.key}"

  policy = jsonencode({ Version = "2012-10-17", Statement = each.value })
}

locals {
  client_services = ["athena", "ec2", "ecs", "elasticloadbalancing", "glue", "rds", "servicediscovery", "transfer"]
}

# And the most that it ever can, whatever is attached. It is the same, but that it names no actions where a thing is
# tagged as the client's own: the policies above do, and both have to allow.
resource "aws_iam_policy" "client_deployer_boundary" {
  name        = "${var.name}-client-deployer-boundary"
  description = "The most that the deployer of one client in ${var.name} can do"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      local.client_rights.reading,
      [merge(local.own_things, {
        Action = concat([for service in local.client_services : "${service}:*"], ["secretsmanager:*Policy", "secretsmanager:*Secret", "secretsmanager:*agResource"], local.client_keys)
      })],
      local.client_rights.tagged, local.client_rights.named, local.client_limits,
    )
  })
}
