variable "name" {
  description = "The cell's name; names the cluster."
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

variable "vpc_id" {
  description = "The VPC in which services of this cluster run."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "A VPC's id starts with vpc-."
  }
}

variable "namespace" {
  description = "The DNS name below which services are found; null: svc and the cell's name below internal."
  type        = string
  default     = null

  validation {
    condition     = var.namespace == null ? true : can(regex("^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]$", var.namespace))
    error_message = "A name is written like svc.prod.example.internal, in lower case and without a dot at its end."
  }

  validation {
    condition     = coalesce(var.namespace, "svc.${var.name}.internal") != coalesce(var.private_zone_name, "-")
    error_message = "The network has a private zone of this name, and a VPC can't have two: AWS answers ConflictingDomainExists."
  }
}

variable "private_zone_name" {
  description = "The name of the network's own private zone, which services can't have too; null: it has none."
  type        = string
  default     = null
}

variable "shared_with" {
  description = "Networks of other accounts that may find this cell's services by name, by their cells' names."
  type        = map(object({ vpc_id = string, region = string }))
  default     = {}

  validation {
    condition     = alltrue([for network in values(var.shared_with) : startswith(network.vpc_id, "vpc-")])
    error_message = "A VPC's id starts with vpc-."
  }
}

variable "foreign_zone_ids" {
  description = "Zones of other accounts' namespaces that this cell's network reads, by their cells' names; each has been shared with it first."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for id in values(var.foreign_zone_ids) : can(regex("^[A-Z0-9]{1,32}$", id))])
    error_message = "A zone's id is written like Z0123456789ABCDEFGHIJ."
  }
}

variable "container_insights" {
  description = "Whether CloudWatch collects metrics of every task (enabled), in more detail (enhanced), or not (disabled)."
  type        = string
  default     = "enabled"

  validation {
    condition     = contains(["enabled", "enhanced", "disabled"], var.container_insights)
    error_message = "The choice is enabled, enhanced or disabled."
  }
}

variable "capacity_providers" {
  description = "Where services may run besides their launch type: FARGATE, FARGATE_SPOT."
  type        = set(string)
  default     = ["FARGATE"]

  validation {
    condition     = length(setsubtract(var.capacity_providers, ["FARGATE", "FARGATE_SPOT"])) == 0
    error_message = "This cluster knows FARGATE and FARGATE_SPOT."
  }
}

variable "own_key" {
  description = "Whether tasks' disks and the record of commands are encrypted with a key of the cell's own rather than with one of AWS's."
  type        = bool
  default     = true
}

variable "key_deletion_days" {
  description = "How long the key can still be taken back after it was destroyed, in days."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_days >= 7 && var.key_deletion_days <= 30
    error_message = "AWS waits between 7 and 30 days."
  }
}

variable "log_retention_days" {
  description = "How long the record of commands executed in containers is kept, in days."
  type        = number
  default     = 2192

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for certain numbers of days only: 7, 30, 90, 365, 2192 (six years) and others."
  }
}
