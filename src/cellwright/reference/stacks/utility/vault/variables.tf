variable "name" {
  description = "The cell's name; names Vault and all that belongs to it."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
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
  description = "The permissions boundary that every role of this stack carries; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.boundary_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:policy/.+$", var.boundary_arn))
    error_message = "A policy's ARN is written like arn:aws:iam::111122223333:policy/boundary."
  }
}

variable "login_roles" {
  description = "The roles of this account whose services may sign in, by patterns of their paths, below the fleet's, and names."
  type        = set(string)
  default     = ["*/client-*"]

  validation {
    condition     = length(var.login_roles) >= 1 && alltrue([for pattern in var.login_roles : can(regex("^[A-Za-z0-9+=,.@_/*-]+$", pattern)) && pattern != "*"])
    error_message = "At least one pattern such as */client-*; not all roles there are."
  }
}

variable "login_role_arns" {
  description = "In other accounts, the roles by which Vault asks who somebody of theirs is (utility/login makes one)."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.login_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn))])
    error_message = "A role's ARN is written like arn:aws:iam::111122223333:role/medloop/shared/prod-use1-vault-login."
  }
}

variable "image" {
  description = "Vault's image, with its tag or digest; best a copy in a registry of your own."
  type        = string
  default     = "hashicorp/vault:1.19.5"

  validation {
    condition     = can(regex("[:@]", var.image)) && !endswith(var.image, ":latest")
    error_message = "Name a version: repository:tag or repository@digest."
  }
}

variable "size" {
  description = "CPU units (1024 are one processor) and memory in MiB of one server; Fargate takes certain pairs only."
  type = object({
    cpu    = number
    memory = number
  })
  default = { cpu = 512, memory = 1024 }

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096], var.size.cpu) && var.size.memory >= 2 * var.size.cpu && var.size.memory <= 8 * var.size.cpu
    error_message = "The processor has 256, 512, 1024, 2048 or 4096 units, and memory two to eight times as many MiB."
  }
}

variable "replicas" {
  description = "How many servers run: one is active, the others stand by; 0 until the certificate is in its secret."
  type        = number
  default     = 3

  validation {
    condition     = contains([0, 1, 2, 3, 5], var.replicas)
    error_message = "0, 1, 2, 3 or 5 servers."
  }
}

variable "log_retention_days" {
  description = "How long logs, the audit log among them, are kept, in days."
  type        = number
  default     = 2192

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for certain numbers of days only: 7, 30, 90, 365, 2192 (six years) and others."
  }
}

variable "key_deletion_days" {
  description = "How long the keys can still be taken back after they were destroyed, in days."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_days >= 7 && var.key_deletion_days <= 30
    error_message = "AWS waits between 7 and 30 days."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the table with all that Vault stores."
  type        = bool
  default     = true
}

variable "alarm_topic_arn" {
  description = "Where alarms go, the topic of base/account; null has to be said: then there are none, and nobody is told."
  type        = string

  validation {
    condition     = var.alarm_topic_arn == null ? true : can(regex("^arn:aws[a-z-]*:sns:", var.alarm_topic_arn))
    error_message = "A topic's ARN is written like arn:aws:sns:us-east-1:123456789012:alarms."
  }
}
