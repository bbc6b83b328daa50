variable "name" {
  description = "The cell's name; names what this stack makes."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "region" {
  description = "The region of this cell."
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

variable "manage" {
  description = "Whether this stack holds the organisation itself, its policy types and trusted services; false where Control Tower or somebody else does, and it is only looked up."
  type        = bool
  default     = false
}

variable "policy_targets" {
  description = "Organisational units or accounts that the policies apply to, by their ids; never the management account's, which no policy limits."
  type        = set(string)

  validation {
    condition     = alltrue([for target in var.policy_targets : can(regex("^(?:r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|[0-9]{12})$", target))])
    error_message = "A target is written like ou-ab12-11111111, r-ab12 or 123456789012."
  }
}

variable "regions" {
  description = "The regions in which accounts may work; empty: all."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for region in var.regions : can(regex("^[a-z]{2}(?:-[a-z]+)+-[0-9]$", region))])
    error_message = "A region is written like us-east-1."
  }
}

variable "exempt_roles" {
  description = "Roles that the policies leave alone, by patterns of their names: those that make base/account."
  type        = set(string)
  default     = ["AWSControlTowerExecution", "OrganizationAccountAccessRole"]

  validation {
    condition     = alltrue([for role in var.exempt_roles : can(regex("^[A-Za-z0-9+=,.@_/-]+\\*?$", role))])
    error_message = "A role's name, with one * at its end at most."
  }
}

variable "partner_account_ids" {
  description = "Accounts outside the organisation that may take roles in it, such as a monitoring service's."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for account in var.partner_account_ids : can(regex("^[0-9]{12}$", account))])
    error_message = "An account's number has twelve digits."
  }
}

variable "audit_account_id" {
  description = "The account that looks after GuardDuty, Security Hub, Access Analyzer and Config for all."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.audit_account_id))
    error_message = "An account's number has twelve digits."
  }
}

variable "delegated_services" {
  description = "The services that the audit account administers for the organisation, besides GuardDuty and Security Hub, which have a call of their own."
  type        = set(string)
  default     = ["access-analyzer.amazonaws.com", "config-multiaccountsetup.amazonaws.com", "config.amazonaws.com"]

  validation {
    condition     = alltrue([for service in var.delegated_services : endswith(service, ".amazonaws.com")])
    error_message = "A service is written like config.amazonaws.com."
  }
}

variable "trail" {
  description = "Where the organisation's trail writes, from org/log-archive; null: there is none here, as where Control Tower has made one."
  type = object({
    bucket      = string
    kms_key_arn = string
    record_data = optional(list(string), [])
  })
  default = null
}
