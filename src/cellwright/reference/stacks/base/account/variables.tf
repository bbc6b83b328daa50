variable "name" {
  description = "The cell's name; names its roles, keys, trail and alarms."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "region" {
  description = "The region of this cell; what belongs to the whole account is managed from here."
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

variable "fleet" {
  description = "The fleet's name; keeps bucket names apart from other fleets', since they are shared by all of AWS."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,14}[a-z0-9])?$", var.fleet))
    error_message = "At most 16 lower-case letters, digits and inner hyphens."
  }
}

variable "account_wide" {
  description = "Whether this cell also manages what there is once in an account: alias, password policy, trail, roles; false for its further regions."
  type        = bool
  default     = true
}

variable "alias" {
  description = "The account's name in the address of its sign-in page; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.alias == null ? true : can(regex("^[a-z0-9](?:[a-z0-9]|-(?:[a-z0-9])){2,62}$", var.alias))
    error_message = "An alias has 3 to 63 lower-case letters, digits and single inner hyphens."
  }
}

variable "password_policy" {
  description = "What is asked of the passwords of IAM users, besides all four kinds of characters."
  type = object({
    minimum_length = optional(number, 14)
    max_age_days   = optional(number, 90)
    remembered     = optional(number, 24)
  })
  default = {}

  validation {
    condition     = var.password_policy.minimum_length >= 14 && var.password_policy.minimum_length <= 128
    error_message = "A password has at least 14 characters; AWS allows 128."
  }

  validation {
    condition     = var.password_policy.max_age_days >= 1 && var.password_policy.max_age_days <= 1095 && var.password_policy.remembered >= 1 && var.password_policy.remembered <= 24
    error_message = "AWS allows 1 to 1095 days, and remembers 1 to 24 passwords."
  }
}

variable "trusted_principals" {
  description = "Who may take each role, by ARN; for an empty list, whoever IAM of this account allows it."
  type = object({
    auditor     = optional(list(string), [])
    deployer    = optional(list(string), [])
    break_glass = optional(list(string), [])
  })
  default = {}

  validation {
    condition     = alltrue([for arn in flatten(values(var.trusted_principals)) : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(?:root|(?:role|user)/[^*]+)$", arn))])
    error_message = "A principal is written like arn:aws:iam::123456789012:role/people, and never *."
  }
}

variable "auditor_mfa" {
  description = "Whether auditors have to have signed in with a second factor; false where an identity provider asks for it, since AWS is not told then."
  type        = bool
  default     = true
}

variable "deployer_session_hours" {
  description = "How long a deployment may last, in hours; for a role taken by another role AWS allows one."
  type        = number
  default     = 1

  validation {
    condition     = contains([1, 2, 3, 4, 6, 8, 12], var.deployer_session_hours)
    error_message = "The choice is 1, 2, 3, 4, 6, 8 or 12 hours."
  }
}

variable "break_glass_policy_arns" {
  description = "Further policies for emergencies, such as AdministratorAccess, which rules against wildcard rights refuse."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.break_glass_policy_arns : can(regex("^arn:aws[a-z-]*:iam::(?:aws|[0-9]{12}):policy/.+$", arn))])
    error_message = "A policy's ARN is written like arn:aws:iam::aws:policy/AdministratorAccess."
  }
}
