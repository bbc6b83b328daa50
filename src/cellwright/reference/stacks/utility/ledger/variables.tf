variable "name" {
  description = "The cell's name; names the database and what belongs to it."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "region" {
  description = "The region of the database."
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

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnet_ids" {
  description = "Two or more subnets in different zones, without a way to or from the internet."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "RDS wants subnets in two zones."
  }
}

variable "allowed_cidrs" {
  description = "Who may reach the database: the tools' own network."
  type        = list(string)

  validation {
    condition     = length(var.allowed_cidrs) > 0 && alltrue([for cidr in var.allowed_cidrs : can(cidrhost(cidr, 0)) && !endswith(cidr, "/0")])
    error_message = "Blocks like 10.16.0.0/16; the whole internet is none of them."
  }
}


variable "engine_version" {
  description = "PostgreSQL's version; a major one alone takes its newest minor."
  type        = string
  default     = "17"

  validation {
    condition     = can(regex("^1[5-9](?:\\.[0-9]+)?$", var.engine_version))
    error_message = "PostgreSQL 15 to 19."
  }
}

variable "instance_class" {
  description = "How large the instance is. The ledger is small and seldom busy."
  type        = string
  default     = "db.t4g.small"
}

variable "storage_gib" {
  description = "The disk, and how far it may grow by itself, in GiB."
  type        = object({ size = optional(number, 20), maximum = optional(number, 200) })
  default     = {}

  validation {
    condition     = var.storage_gib.size >= 20 && var.storage_gib.maximum > var.storage_gib.size
    error_message = "At least 20 GiB, and room to grow."
  }
}

variable "multi_az" {
  description = "A second instance in another zone that takes over: without the ledger nothing is applied."
  type        = bool
  default     = true
}

variable "database" {
  description = "The database's name."
  type        = string
  default     = "cellwright"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.database))
    error_message = "Lower-case letters, digits and underscores."
  }
}

variable "administrator" {
  description = "The user who owns the tables; RDS makes and renews the password."
  type        = string
  default     = "cellwright_owner"
}

variable "writer" {
  description = "The user as whom everybody signs in, with tokens of IAM."
  type        = string
  default     = "cellwright_writer"
}

variable "backup_retention_days" {
  description = "For how many days the database can be brought back to any moment."
  type        = number
  default     = 35

  validation {
    condition     = var.backup_retention_days >= 7 && var.backup_retention_days <= 35
    error_message = "7 to 35 days."
  }
}

variable "log_retention_days" {
  description = "How long PostgreSQL's own log is kept, in days: six years, as 45 CFR 164.316(b)(2)(i) asks."
  type        = number
  default     = 2192
}

variable "deletion_protection" {
  description = "Refuse to destroy the database."
  type        = bool
  default     = true
}

variable "final_snapshot" {
  description = "The last part of the name of the snapshot that is left when the database goes; null: none is left."
  type        = string
  default     = "final"
}

variable "key_deletion_days" {
  description = "How long the key can be got back after it was scheduled for deletion."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_days >= 7 && var.key_deletion_days <= 30
    error_message = "AWS takes 7 to 30 days."
  }
}

variable "alarm_topic_arn" {
  description = "Who is told when the database runs out of room or of breath; null: nobody."
  type        = string
  default     = null
}
