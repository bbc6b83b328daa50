# Both what the deployer may do and the most that it ever can: no further policy that somebody attaches adds anything.
# The roles that it makes stand below the fleet's path and carry a boundary, so that it can't make one that may do more
# than it may itself; roles elsewhere (the organisation's, Control Tower's, people's) are out of its reach.
resource "aws_iam_policy" "deployer" {
  count = var.account_wide ? 1 : 0

  name        = "${var.name}-deployer"
  description = "What deployments in ${var.name} need; also the deployer's boundary"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.building, [
      {
        Sid       = "BoundedRoles"
        Effect    = "Allow"
        Action    = local.role_rights
        Resource  = "${local.iam}:role/${var.fleet}/*"
        Condition = { ArnLike = { "iam:PermissionsBoundary" = local.boundary_arns } }
      },
      {
        Sid      = "Upkeep"
        Effect   = "Allow"
        Action   = concat(local.role_upkeep, local.policy_upkeep, ["iam:PassRole"])
        Resource = local.own_iam
      },
      {
        Sid         = "OtherRoles"
        Effect      = "Deny"
        Action      = concat(local.role_rights, local.role_upkeep, local.policy_upkeep, ["iam:DeleteRolePermissionsBoundary", "iam:PassRole", "sts:AssumeRole"])
        NotResource = local.own_iam
      },
      {
        Sid      = "Boundaries"
        Effect   = "Deny"
        Action   = local.policy_upkeep
        Resource = local.boundary_arns
      },
      {
        Sid      = "SafeDefaults"
        Effect   = "Deny"
        Action   = ["ec2:DisableEbsEncryptionByDefault", "ec2:DisableSnapshotBlockPublicAccess", "ec2:ModifyEbsDefaultKmsKeyId", "ec2:ModifyInstanceMetadataDefaults"]
        Resource = "*"
      },
      local.no_record_is_lost,
    ])
  })
}

# What it makes and may not take away again; a policy of its own, since that above has no more room than AWS gives it.
resource "aws_iam_policy" "evidence_stays" {
  count = var.account_wide && length(local.evidence_stays) > 0 ? 1 : 0

  name        = "${var.name}-deployer-evidence"
  description = "What the deployer of ${var.name} may never take away"

  policy = jsonencode({ Version = "2012-10-17", Statement = local.evidence_stays })
}

resource "aws_iam_role" "deployer" {
  count = var.account_wide ? 1 : 0

  name                 = "${var.name}-deployer"
  description          = "Deploys networks, shared services and clients in ${var.name}"
  permissions_boundary = aws_iam_policy.deployer[0].arn
  max_session_duration = var.deployer_session_hours * 3600

  assume_role_policy = jsonencode(local.deployer_trust)
}

resource "aws_iam_role_policy_attachment" "deployer" {
  count = var.account_wide ? 1 : 0

  role       = aws_iam_role.deployer[0].name
  policy_arn = aws_iam_policy.deployer[0].arn
}

resource "aws_iam_role_policy_attachment" "evidence_stays" {
  count = length(aws_iam_policy.evidence_stays)

  role       = aws_iam_role.deployer[0].name
  policy_arn = aws_iam_policy.evidence_stays[count.index].arn
}
