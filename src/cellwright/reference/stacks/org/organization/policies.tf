locals {
  exempt = { ArnNotLike = { "aws:PrincipalArn" = [for role in var.exempt_roles : "arn:${local.partition}:iam::*:role/${role}"] } }

  # What nobody in an account may do, its administrators neither.
  service_controls = [
    {
      Sid      = "StayInOrganization"
      Effect   = "Deny"
      Action   = ["account:CloseAccount", "organizations:LeaveOrganization"]
      Resource = "*"
    },
    {
      Sid    = "WhatWatchesStays"
      Effect = "Deny"
      Action = [
        "access-analyzer:DeleteAnalyzer", "cloudtrail:DeleteTrail", "cloudtrail:PutEventSelectors", "cloudtrail:StopLogging",
        "cloudtrail:UpdateTrail", "config:DeleteConfigurationRecorder", "config:DeleteDeliveryChannel", "config:DeleteRetentionConfiguration",
        "config:PutConfigurationRecorder", "config:PutDeliveryChannel", "config:StopConfigurationRecorder", "guardduty:DeleteDetector",
        "guardduty:DisassociateFrom*", "guardduty:StopMonitoringMembers", "securityhub:DisableSecurityHub", "securityhub:DisassociateFrom*",
      ]
      Resource  = "*"
      Condition = local.exempt
    },
    {
      Sid       = "SafeDefaultsStay"
      Effect    = "Deny"
      Action    = ["ec2:DisableEbsEncryptionByDefault", "ec2:DisableSnapshotBlockPublicAccess", "s3:PutAccountPublicAccessBlock"]
      Resource  = "*"
      Condition = local.exempt
    },
    {
      Sid       = "NoRootUser"
      Effect    = "Deny"
      Action    = "*"
      Resource  = "*"
      Condition = { ArnLike = { "aws:PrincipalArn" = "arn:${local.partition}:iam::*:root" } }
    },
    # A session with another tag than its role's would be another client's.
    {
      Sid       = "RolesKeepTheirTag"
      Effect    = "Deny"
      Action    = "sts:TagSession"
      Resource  = "*"
      Condition = { "ForAnyValue:StringEquals" = { "aws:TagKeys" = "Client" } }
    },
  ]

  # These services live in one region and serve all.
  in_regions = {
    Sid    = "Regions"
    Effect = "Deny"
    NotAction = [
      "access-analyzer:*", "account:*", "aws-portal:*", "budgets:*", "ce:*", "cloudfront:*", "health:*", "iam:*", "kms:*",
      "organizations:*", "route53:*", "route53domains:*", "s3:GetAccountPublic*", "s3:GetBucketLocation", "s3:ListAllMyBuckets",
      "sts:*", "support:*", "tag:*", "waf:*", "wafv2:*",
    ]
    Resource  = "*"
    Condition = merge(local.exempt, { StringNotEquals = { "aws:RequestedRegion" = sort(var.regions) } })
  }

  # Who comes from outside takes no role here, whatever the role's own trust says.
  resource_controls = [
    {
      Sid       = "RolesOfTheOrganization"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Resource  = "*"
      Condition = merge(
        {
          StringNotEqualsIfExists = merge(
            { "aws:PrincipalOrgID" = local.organization_id },
            length(var.partner_account_ids) == 0 ? {} : { "aws:PrincipalAccount" = sort(var.partner_account_ids) },
          )
        },
        { BoolIfExists = { "aws:PrincipalIsAWSService" = "false" } },
      )
    },
  ]
}

resource "aws_organizations_policy" "services" {
  name        = "${var.name}-services"
  description = "What nobody in an account may do"
  type        = "SERVICE_CONTROL_POLICY"

  content = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.service_controls, [for statement in [local.in_regions] : statement if length(var.regions) > 0])
  })

  depends_on = [aws_organizations_organization.this]
}

resource "aws_organizations_policy" "resources" {
  name        = "${var.name}-resources"
  description = "Who from outside takes a role"
  type        = "RESOURCE_CONTROL_POLICY"
  content     = jsonencode({ Version = "2012-10-17", Statement = local.resource_controls })

  depends_on = [aws_organizations_organization.this]
}

resource "aws_organizations_policy_attachment" "services" {
  for_each = var.policy_targets

  policy_id = aws_organizations_policy.services.id
  target_id = each.key
}

resource "aws_organizations_policy_attachment" "resources" {
  for_each = var.policy_targets

  policy_id = aws_organizations_policy.resources.id
  target_id = each.key
}
