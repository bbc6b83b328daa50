variable "name" {
  description = "The client's name; names its key, role, secret, log group and subnets."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "region" {
  description = "The region of the peer's network, in which its route tables are."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(?:-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is written like us-east-1."
  }
}

variable "role_arn" {
  description = "The role in the peer's account that Terraform takes; null: the credentials as they are."
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
  description = "The client's own block of IPv4 addresses; null: it uses its account's subnets, to which the peer has routes already."
  type        = string
  default     = null

  validation {
    condition     = var.cidr == null ? true : try(cidrsubnet(var.cidr, 0, 0) == var.cidr, false) && !endswith(coalesce(var.cidr, "-"), "/0")
    error_message = "The block is written like 10.64.0.0/22, and begins where its size says."
  }
}

variable "connection_id" {
  description = "The connection between the peer's network and that of the client's account."
  type        = string

  validation {
    condition     = startswith(var.connection_id, "pcx-")
    error_message = "A connection's id starts with pcx-."
  }
}

variable "route_table_ids" {
  description = "The route tables of the peer's network in which its services stand."
  type        = list(string)

  validation {
    condition     = alltrue([for id in var.route_table_ids : startswith(id, "rtb-")]) && length(distinct(var.route_table_ids)) == length(var.route_table_ids)
    error_message = "A route table's id starts with rtb-, and each is named once."
  }
}
