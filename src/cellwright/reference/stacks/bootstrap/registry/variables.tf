variable "name" {
  description = "The first part of the repositories' names: the fleet's name."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "region" {
  description = "The region of the registry."
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

variable "images" {
  description = "Which images there are; each has a repository NAME/IMAGE."
  type        = set(string)
  default     = ["jenkins", "agent"]

  validation {
    condition     = length(var.images) > 0 && alltrue([for image in var.images : can(regex("^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$", image))])
    error_message = "Each has at most 32 lower-case letters, digits and inner hyphens."
  }
}

variable "pull_account_ids" {
  description = "Other accounts whose roles may pull, if their own policies let them."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.pull_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "An account's id has twelve digits."
  }
}

variable "kept_images" {
  description = "How many images a repository keeps; older ones go."
  type        = number
  default     = 50

  validation {
    condition     = var.kept_images >= 5
    error_message = "At least five: a fleet is brought back to the image of before."
  }
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
