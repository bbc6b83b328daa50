variable "name" {
  description = "The client's name; names its key, role, secret, log group and subnets."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }

  validation {
    condition     = var.name != "shared"
    error_message = "What is tagged as shared serves all clients, so no client is called so."
  }
}

variable "region" {
  description = "The region in which everything of this stack lives."
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

variable "boundary_arn" {
  description = "The permissions boundary that roles of this client carry; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.boundary_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:policy/.+$", var.boundary_arn))
    error_message = "A boundary is a policy; its ARN is written like arn:aws:iam::123456789012:policy/boundary."
  }
}

variable "deployer_boundary_arn" {
  description = "The permissions boundary of the client's own deployer; null: there is none, and the client's stacks take the credentials as they are."
  type        = string
  default     = null

  validation {
    condition     = var.deployer_boundary_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:policy/.+-boundary$", var.deployer_boundary_arn))
    error_message = "A policy's ARN is written like arn:aws:iam::123456789012:policy/prod-use1-client-deployer-boundary."
  }
}

variable "deployer_policy_arns" {
  description = "What the client's own deployer may do within its boundary, by names of the policies."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for arn in values(var.deployer_policy_arns) : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:policy/.+-client-deployer[a-z-]*$", arn))])
    error_message = "Policies that base/account makes, such as arn:aws:iam::123456789012:policy/prod-use1-client-deployer-tagged."
  }

  validation {
    condition     = (length(var.deployer_policy_arns) == 0) == (var.deployer_boundary_arn == null) && length(var.deployer_policy_arns) <= 10
    error_message = "A deployer has both policies, at most ten, and a boundary, or it has neither."
  }
}

variable "deployer_principals" {
  description = "Who may take the client's deployer, by ARN; for an empty list, whoever IAM of this account allows it."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.deployer_principals : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(?:root|(?:role|user)/[^*]+)$", arn))])
    error_message = "A principal is written like arn:aws:iam::123456789012:role/pipeline, and never *."
  }
}

variable "key_rotation" {
  description = "Whether AWS renews the material of the client's key every year."
  type        = bool
  default     = true
}

variable "guard_key" {
  description = "Whether the key's own policy refuses whoever is tagged as another client's, whatever IAM allows."
  type        = bool
  default     = true
}

variable "key_deletion_days" {
  description = "How long a deleted key can still be taken back, in days."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_days >= 7 && var.key_deletion_days <= 30
    error_message = "AWS allows 7 to 30 days."
  }
}

variable "secret_recovery_days" {
  description = "How long a deleted secret can still be taken back, in days; as long, its name can't be used again. 0: it can't."
  type        = number
  default     = 30

  validation {
    condition     = var.secret_recovery_days == 0 || (var.secret_recovery_days >= 7 && var.secret_recovery_days <= 30)
    error_message = "AWS allows 7 to 30 days, or 0."
  }
}

variable "encrypt_logs" {
  description = "Whether logs are encrypted with the client's own key rather than one of CloudWatch's."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "How long the client's logs are kept, in days."
  type        = number
  default     = 2192

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for certain numbers of days only: 7, 30, 90, 365, 2192 (six years) and others."
  }
}
