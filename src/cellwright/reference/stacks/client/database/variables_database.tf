variable "engine_version" {
  description = "The version of PostgreSQL; with the major one alone (16), RDS chooses the minor one and keeps it up to date."
  type        = string
  default     = "16"

  validation {
    condition     = can(regex("^1[3-9](?:[.][0-9]+)?$", var.engine_version))
    error_message = "A version is written like 16 or 16.4."
  }
}

variable "allow_major_upgrade" {
  description = "Whether a new major version in `engine_version` may be taken; it can't be taken back."
  type        = bool
  default     = false
}

variable "database" {
  description = "The name of the database."
  type        = string
  default     = "app"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.database))
    error_message = "A letter, then letters, digits and underscores, in lower case."
  }
}

variable "administrator" {
  description = "The name of the master user; RDS makes its password, renews it, and keeps it in Secrets Manager."
  type        = string
  default     = "administrator"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,15}$", var.administrator)) && !contains(["admin", "postgres", "rdsadmin"], var.administrator)
    error_message = "At most sixteen lower-case letters, digits and underscores; RDS keeps some names for itself."
  }
}

variable "service_user" {
  description = "The user of the database as whom the client's services may sign in, with tokens of IAM."
  type        = string
  default     = "app"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.service_user))
    error_message = "A letter, then letters, digits and underscores, in lower case."
  }
}

variable "schema" {
  description = "The schema in which the client's services make their tables; null: it is called as their user is."
  type        = string
  default     = null

  validation {
    condition     = var.schema == null ? true : can(regex("^[a-z][a-z0-9_]{0,62}$", var.schema)) && !startswith(var.schema, "pg_")
    error_message = "A letter, then letters, digits and underscores, in lower case; names that begin with pg_ are PostgreSQL's own."
  }
}

variable "extensions" {
  description = "The extensions that the database has, besides those that it comes with."
  type        = set(string)
  default     = ["pg_stat_statements", "pgaudit"]

  validation {
    condition     = alltrue([for name in var.extensions : can(regex("^[a-z][a-z0-9_-]{0,62}$", name))])
    error_message = "An extension is named as in CREATE EXTENSION: pgaudit, uuid-ossp."
  }
}

variable "setup" {
  description = "Where the task runs that makes extensions, the services' user and their schema: a cluster, private subnets from which the database and the internet are reached, and an image with psql and wget; null: somebody does that by hand."
  type = object({
    cluster_arn = string
    subnet_ids  = list(string)
    image       = optional(string, "public.ecr.aws/docker/library/postgres:17.5-alpine")
  })
  default = null

  validation {
    condition     = var.setup == null ? true : can(regex("^arn:aws[a-z-]*:ecs:.+:cluster/.+$", var.setup.cluster_arn)) && length(var.setup.subnet_ids) > 0 && can(regex("[:@]", var.setup.image))
    error_message = "A cluster's ARN (arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1), one subnet at least, and an image with its version."
  }
}

variable "instance_class" {
  description = "How large the instance is."
  type        = string
  default     = "db.t4g.medium"

  validation {
    condition     = startswith(var.instance_class, "db.")
    error_message = "A class is written like db.t4g.medium."
  }
}

variable "storage" {
  description = "The size of its disk in GiB, and up to what size RDS lets it grow; they are the same if it must not grow."
  type = object({
    size    = number
    maximum = number
  })
  default = { size = 50, maximum = 500 }

  validation {
    condition     = var.storage.size >= 20 && var.storage.maximum >= var.storage.size && var.storage.maximum <= 65536
    error_message = "From 20 to 65536 GiB, and the maximum is no smaller than the size."
  }
}

variable "multi_az" {
  description = "Whether a standby in another zone takes over when the first one fails."
  type        = bool
  default     = true
}

variable "backup_retention_days" {
  description = "How long daily backups are kept, in days; any second within can be gone back to."
  type        = number
  default     = 35

  validation {
    condition     = var.backup_retention_days >= 7 && var.backup_retention_days <= 35
    error_message = "From 7 to 35 days."
  }
}

variable "windows" {
  description = "When RDS makes backups (daily) and changes that need a restart (weekly), in UTC; they must not overlap."
  type = object({
    backup      = string
    maintenance = string
  })
  default = { backup = "06:00-07:00", maintenance = "sun:08:00-sun:09:00" }

  validation {
    condition     = can(regex("^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$", var.windows.backup)) && can(regex("^[a-z]{3}:[0-9]{2}:[0-9]{2}-[a-z]{3}:[0-9]{2}:[0-9]{2}$", var.windows.maintenance))
    error_message = "Written like 06:00-07:00 and sun:08:00-sun:09:00."
  }
}

variable "apply_immediately" {
  description = "Whether changes that need a restart are made at once rather than in the next window of maintenance."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Whether RDS refuses to delete the database; to delete it, first apply this as false."
  type        = bool
  default     = true
}

variable "final_snapshot" {
  description = "The last part of the name of the snapshot that is left when the database goes; null: none is left, and the automatic backups go too."
  type        = string
  default     = "final"

  validation {
    condition     = var.final_snapshot == null ? true : can(regex("^[a-z0-9](?:-?[a-z0-9])*$", var.final_snapshot))
    error_message = "Lower-case letters, digits and single inner hyphens."
  }
}

variable "audit" {
  description = "What pgAudit records: function, role, ddl, write, read, misc; read and write record statements with the values in them."
  type        = set(string)
  default     = ["ddl", "role"]

  validation {
    condition     = length(setsubtract(var.audit, ["function", "role", "ddl", "write", "read", "misc"])) == 0 && length(var.audit) > 0
    error_message = "The choice is function, role, ddl, write, read and misc."
  }
}

variable "performance_insights_days" {
  description = "How long Performance Insights keeps what it measures, in days; null: it is off."
  type        = number
  default     = 7

  validation {
    condition     = var.performance_insights_days == null ? true : contains([7, 731], var.performance_insights_days) || (var.performance_insights_days % 31 == 0 && var.performance_insights_days > 0 && var.performance_insights_days < 731)
    error_message = "7 days, a number of months of 31 days, 731 days, or null."
  }
}

variable "monitoring_seconds" {
  description = "How often the instance reports on its operating system, in seconds; 0: never."
  type        = number
  default     = 60

  validation {
    condition     = contains([0, 1, 5, 10, 15, 30, 60], var.monitoring_seconds)
    error_message = "The choice is 0, 1, 5, 10, 15, 30 or 60."
  }
}

variable "alarms" {
  description = "When alarms go off: processor load in percent, free disk in GiB, free memory in MiB, connections."
  type = object({
    cpu_percent      = optional(number, 80)
    free_storage_gib = optional(number, 10)
    free_memory_mib  = optional(number, 256)
    connections      = optional(number, 300)
  })
  default = {}
}
