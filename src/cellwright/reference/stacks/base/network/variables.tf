variable "name" {
  description = "The cell's name; names the VPC and all that is in it."
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

variable "cidr" {
  description = "The VPC's IPv4 address block, from which all subnets are computed."
  type        = string

  validation {
    condition     = can(regex("/(?:1[6-9]|20)$", var.cidr)) && try(cidrsubnet(var.cidr, 0, 0) == var.cidr, false)
    error_message = "The block is written like 10.16.0.0/16, begins where its size says, and is between /16 and /20 in size."
  }
}

variable "zones" {
  description = "The letters of the availability zones to spread over; null: the first three that the account has in this region, or as many as there are."
  type        = list(string)
  default     = null

  validation {
    condition     = var.zones == null ? true : length(var.zones) >= 1 && length(var.zones) <= 3 && length(distinct(var.zones)) == length(var.zones)
    error_message = "Name one to three different zones."
  }

  validation {
    condition     = var.zones == null ? true : alltrue([for zone in var.zones : can(regex("^[a-z]$", zone))])
    error_message = "A zone is named by its letter alone: a, not us-east-1a."
  }
}

variable "excluded_zone_ids" {
  description = "Zones that are never taken by themselves, by their ids, which are the same in all accounts: Fargate has none of these."
  type        = set(string)
  default     = ["apne1-az3", "cac1-az3", "cac1-az4", "use1-az3", "usw1-az2"]

  validation {
    condition     = alltrue([for id in var.excluded_zone_ids : can(regex("^[a-z0-9]+-az[0-9]$", id))])
    error_message = "A zone's id is written like use1-az3; us-east-1c is another zone in each account."
  }
}

variable "nat_gateways" {
  description = "How private subnets reach the internet: not at all (none), through one gateway (one), or through one in each zone (per_zone)."
  type        = string
  default     = "one"

  validation {
    condition     = contains(["none", "one", "per_zone"], var.nat_gateways)
    error_message = "The choice is none, one or per_zone."
  }
}

variable "internal_cidrs" {
  description = "Private blocks besides the VPC's own that belong to this network: those of clients, and of peered networks."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for block in var.internal_cidrs : can(cidrhost(block, 0)) && !endswith(block, "/0")]) && length(distinct(var.internal_cidrs)) == length(var.internal_cidrs)
    error_message = "The blocks are written like 10.64.0.0/12, each one once."
  }

  validation {
    condition     = length(var.internal_cidrs) <= 12
    error_message = "At most twelve: AWS allows twenty rules in a network ACL. Name a larger block that holds several."
  }
}

variable "public_ports" {
  description = "The TCP ports at which public subnets may be reached from everywhere, as far as security groups allow: 443, and 22 for SFTP servers."
  type        = list(number)
  default     = [443]

  validation {
    condition     = alltrue([for port in var.public_ports : port == floor(port) && port >= 1 && port <= 1023]) && length(var.public_ports) <= 4
    error_message = "At most four ports between 1 and 1023; higher ones are open for answers."
  }
}
