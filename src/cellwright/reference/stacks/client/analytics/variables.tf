variable "name" {
  description = "The client's name; names its catalogue, workgroup and all that belongs to them."
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

variable "fleet" {
  description = "The fleet's name; keeps bucket names apart from other fleets', since they are shared by all of AWS."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,14}[a-z0-9])?$", var.fleet))
    error_message = "At most 16 lower-case letters, digits and inner hyphens."
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

variable "kms_key_arn" {
  description = "The client's key."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))
    error_message = "A key's ARN is written like arn:aws:kms:us-east-1:123456789012:key/..."
  }
}

variable "service_role_name" {
  description = "The role of the client's services, which gets rights on what this stack makes; null: it gets none."
  type        = string
  default     = null
}

variable "bucket" {
  description = "The client's bucket, in which the data lies."
  type        = string
}

variable "prefix" {
  description = "The folder of that bucket which holds what may be queried, without slashes around it."
  type        = string
  default     = "lake"

  validation {
    condition     = can(regex("^[a-z0-9-]+(?:/[a-z0-9-]+)*$", var.prefix))
    error_message = "Folders of lower-case letters, digits and hyphens: lake, or lake/clean."
  }
}

variable "crawler" {
  description = "When Glue looks for new tables and columns, as a cron expression in UTC (null: when told to); null: it never does, tables are made by hand."
  type = object({
    schedule = optional(string)
  })
  default = null

  validation {
    condition     = try(var.crawler.schedule, null) == null ? true : can(regex("^cron\\(.+\\)$", var.crawler.schedule))
    error_message = "A schedule is written like cron(15 3 * * ? *)."
  }
}

variable "analyst_principals" {
  description = "Who may take the role of an analyst, as ARNs of roles; empty: there is no such role."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.analyst_principals : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[^*]+$", arn))])
    error_message = "Roles by their ARNs, without wildcards: arn:aws:iam::123456789012:role/analysts."
  }
}

variable "scan_limit_gib" {
  description = "How much one query may read, in GiB, before it is stopped."
  type        = number
  default     = 100

  validation {
    condition     = var.scan_limit_gib >= 1
    error_message = "At least one GiB."
  }
}

variable "result_days" {
  description = "After how many days results of queries are removed for good; null keeps them for ever."
  type        = number
  default     = 30

  validation {
    condition     = var.result_days == null ? true : var.result_days >= 1 && floor(var.result_days) == var.result_days
    error_message = "A whole number of days, at least one, or null."
  }
}

variable "access_log_bucket" {
  description = "The account's bucket in which requests to the bucket of results are recorded; null: they aren't."
  type        = string
  default     = null
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
