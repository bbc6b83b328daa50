variable "name" {
  description = "The cell's name; stands in comments of what this stack makes."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "region" {
  description = "The region of the provider; zones belong to no region."
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

variable "zone_name" {
  description = "The public zone of this cell, a name that only this fleet uses: prod-use1.apps.example.com."
  type        = string

  validation {
    condition     = can(regex("^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.zone_name))
    error_message = "A zone's name is written like prod-use1.apps.example.com, in lower case and without a dot at its end."
  }
}

variable "parent_zone_id" {
  description = "The zone above, if it lies in this account: it is told there who answers for this one. null: the zone above is elsewhere; its owner enters `name_servers`."
  type        = string
  default     = null

  validation {
    condition     = var.parent_zone_id == null ? true : can(regex("^[A-Z0-9]{1,32}$", var.parent_zone_id))
    error_message = "A zone's id is written like Z0123456789ABCDEFGHIJ."
  }
}

variable "delegations" {
  description = "Zones below this one that other cells have made, by their cells' names: their names and name servers."
  type        = map(object({ zone_name = string, name_servers = list(string) }))
  default     = {}

  validation {
    condition     = alltrue([for zone in values(var.delegations) : endswith(zone.zone_name, ".${var.zone_name}")])
    error_message = "What is delegated lies below this zone."
  }

  validation {
    condition     = alltrue([for zone in values(var.delegations) : length(zone.name_servers) >= 2])
    error_message = "A zone has two name servers or more."
  }
}

variable "certificate_authorities" {
  description = "Who may issue certificates for names in this zone (CAA); Amazon's alone, as ACM needs."
  type        = set(string)
  default     = ["amazon.com"]

  validation {
    condition     = length(var.certificate_authorities) > 0 && alltrue([for name in var.certificate_authorities : can(regex("^[a-z0-9.-]+$", name))])
    error_message = "At least one, by its domain: amazon.com."
  }
}

variable "violations_to" {
  description = "The mail address that an authority tells of a certificate that it refused; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.violations_to == null ? true : can(regex("^[^@\"\\s]+@[^@\"\\s]+$", var.violations_to))
    error_message = "A mail address: security@example.com."
  }
}

variable "delegation_ttl" {
  description = "For how many seconds others remember who answers for a zone."
  type        = number
  default     = 3600

  validation {
    condition     = var.delegation_ttl >= 60 && var.delegation_ttl <= 172800
    error_message = "60 to 172800 seconds."
  }
}
