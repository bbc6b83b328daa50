variable "name" {
  description = "What names the roles: the fleet's name."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "region" {
  description = "The region of the provider; roles belong to the whole account."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(?:-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is written like us-east-1."
  }
}

variable "role_arn" {
  description = "The role in the account that Terraform takes; null: the credentials as they are."
  type        = string
  default     = null

  validation {
    condition     = var.role_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.role_arn))
    error_message = "A role's ARN is written like arn:aws:iam::123456789012:role/deployer."
  }
}

variable "tags" {
  description = "Tags for every resource: who it belongs to, and what manages it."
  type        = map(string)

  validation {
    condition = alltrue([
      for key in ["Client", "Cell", "Fleet", "Level", "Stack", "ManagedBy"] : contains(keys(var.tags), key)
    ])
    error_message = "The tags Client, Cell, Fleet, Level, Stack and ManagedBy have to be there."
  }
}

variable "oidc" {
  description = "The pipeline's own identity provider (GitHub, GitLab, Jenkins with its OIDC plugin): its address, whom tokens are made out to, and which subjects may apply and which may only plan, exactly as they stand in the token; null: the pipeline takes its roles with an AWS role of its own."
  type = object({
    issuer         = string
    audience       = optional(string, "sts.amazonaws.com")
    apply_subjects = list(string)
    plan_subjects  = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.oidc == null ? true : can(regex("^https://[a-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._/-]*[A-Za-z0-9])?$", var.oidc.issuer))
    error_message = "An issuer is an https address without a slash at its end: https://token.actions.githubusercontent.com."
  }

  validation {
    condition     = var.oidc == null ? true : length(var.oidc.apply_subjects) > 0
    error_message = "Somebody has to be able to apply: repo:ORG/REPO:environment:production on GitHub."
  }

  validation {
    condition = var.oidc == null ? true : alltrue([
      for subject in concat(var.oidc.apply_subjects, var.oidc.plan_subjects) : can(regex("^[^*?]{3,}$", subject))
    ])
    error_message = "Subjects are written in full: a pattern lets in what somebody else names, such as a branch of a fork."
  }

  validation {
    condition     = var.oidc == null ? true : length(setintersection(var.oidc.apply_subjects, var.oidc.plan_subjects)) == 0
    error_message = "A subject either applies or only plans."
  }
}

variable "trusted_role_arns" {
  description = "Roles that may apply without a token: Jenkins' agents, which run in AWS."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.trusted_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", arn))])
    error_message = "Each is the ARN of a role: arn:aws:iam::123456789012:role/agent."
  }
}

variable "state_bucket" {
  description = "The bucket of the states."
  type        = string
}

variable "state_kms_key_arn" {
  description = "The key that states are encrypted with."
  type        = string
}

variable "deployer_role_arns" {
  description = "Roles in the accounts that the pipeline takes to apply, and no others."
  type        = list(string)
  default     = []
}

variable "reader_role_arns" {
  description = "Roles in the accounts that the pipeline takes to plan, and no others."
  type        = list(string)
  default     = []
}

variable "ledger_user_arn" {
  description = "The database user of the ledger, as IAM names it: arn:aws:rds-db:REGION:ACCOUNT:dbuser:RESOURCE/USER; null: the ledger asks for no token."
  type        = string
  default     = null
}

variable "secret_arns" {
  description = "Secrets of Secrets Manager that the pipeline's jobs read, such as the fleet's key (`ci: {secrets: ...}` in fleet.yaml); each ends in -?????? or in its own six characters."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.secret_arns : can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^*]+-[A-Za-z0-9?]{6}$", arn))])
    error_message = "A secret's ARN is written like arn:aws:secretsmanager:us-east-1:123456789012:secret:medloop/key-a1b2c3, without a `*`."
  }
}

variable "artifacts_arn" {
  description = "Where jobs keep logs and encrypted plans for each other (`artifacts:` in fleet.yaml), as arn:aws:s3:::BUCKET/PREFIX; null: nowhere."
  type        = string
  default     = null

  validation {
    condition     = var.artifacts_arn == null ? true : can(regex("^arn:aws[a-z-]*:s3:::[a-z0-9.-]+/[^*?]*[^*?/]$", var.artifacts_arn))
    error_message = "It is a prefix in a bucket, without a slash at its end: arn:aws:s3:::medloop-cellwright/artifacts."
  }
}

variable "session_seconds" {
  description = "How long a session of the applying role may last; a run of many units takes long."
  type        = number
  default     = 7200

  validation {
    condition     = var.session_seconds >= 3600 && var.session_seconds <= 43200
    error_message = "AWS takes 3600 to 43200 seconds."
  }
}
