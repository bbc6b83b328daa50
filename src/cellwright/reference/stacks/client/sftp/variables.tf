variable "name" {
  description = "The client's name; names the landing zone and all that belongs to it."
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

variable "partner_cidrs" {
  description = "From where partners may connect, as IPv4 address blocks; nobody else can."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for block in var.partner_cidrs : can(cidrhost(block, 0)) && can(regex("/(?:1[6-9]|2[0-9]|3[0-2])$", block))])
    error_message = "Address blocks such as 203.0.113.0/24, none larger than /16: partners are known."
  }
}

variable "folders" {
  description = "The folders that partners find."
  type        = set(string)
  default     = ["incoming", "outgoing"]

  validation {
    condition     = alltrue([for folder in var.folders : can(regex("^[a-z0-9][a-z0-9-]*$", folder))])
    error_message = "A folder has lower-case letters, digits and hyphens."
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

variable "bucket" {
  description = "The client's bucket, in which files land."
  type        = string
}

variable "bucket_arn" {
  description = "The client's bucket, as policies name it."
  type        = string
}

variable "kms_key_arn" {
  description = "The client's key."
  type        = string
}

variable "vpc_id" {
  description = "The VPC in which the landing zone's door stands."
  type        = string
}
