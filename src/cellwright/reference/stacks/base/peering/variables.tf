variable "name" {
  description = "The cell's name; names its connections."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "region" {
  description = "The region of this cell's network."
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
  description = "This cell's VPC."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "A VPC's id starts with vpc-."
  }
}

variable "route_table_ids" {
  description = "This cell's route tables from which peers are reached."
  type        = list(string)

  validation {
    condition     = alltrue([for id in var.route_table_ids : startswith(id, "rtb-")]) && length(distinct(var.route_table_ids)) == length(var.route_table_ids)
    error_message = "A route table's id starts with rtb-, and each is named once."
  }
}

variable "requests" {
  description = "The peers that this cell asks for a connection, by their cells' names: their networks, and further blocks to be reached there. With dns, names of hosts here resolve there to private addresses; only after the peer has accepted."
  type = map(object({
    account_id    = string
    region        = string
    vpc_id        = string
    cidr          = string
    further_cidrs = optional(list(string), [])
    dns           = optional(bool, false)
  }))
  default = {}

  validation {
    condition     = alltrue([for peer in values(var.requests) : can(regex("^[0-9]{12}$", peer.account_id)) && startswith(peer.vpc_id, "vpc-")])
    error_message = "An account has twelve digits, and a VPC's id starts with vpc-."
  }

  validation {
    condition     = alltrue(flatten([for peer in values(var.requests) : [for block in concat([peer.cidr], peer.further_cidrs) : can(cidrhost(block, 0)) && !endswith(block, "/0")]]))
    error_message = "Blocks are written like 10.32.0.0/16; everything (/0) is none."
  }

  validation {
    condition     = alltrue([for peer in values(var.requests) : peer.vpc_id != var.vpc_id])
    error_message = "A network has no connection with itself."
  }
}

variable "accepts" {
  description = "The peers whose connection this cell accepts, by their cells' names: where they are, the connection that they asked for, and the blocks to be reached there. With dns, names of hosts here resolve there to private addresses."
  type = map(object({
    account_id    = string
    region        = string
    connection_id = string
    cidr          = string
    further_cidrs = optional(list(string), [])
    dns           = optional(bool, false)
  }))
  default = {}

  validation {
    condition     = alltrue([for peer in values(var.accepts) : can(regex("^[0-9]{12}$", peer.account_id)) && startswith(peer.connection_id, "pcx-")])
    error_message = "An account has twelve digits, and a connection's id starts with pcx-."
  }

  validation {
    condition     = alltrue(flatten([for peer in values(var.accepts) : [for block in concat([peer.cidr], peer.further_cidrs) : can(cidrhost(block, 0)) && !endswith(block, "/0")]]))
    error_message = "Blocks are written like 10.32.0.0/16; everything (/0) is none."
  }

  validation {
    condition     = length(setintersection(keys(var.requests), keys(var.accepts))) == 0
    error_message = "Between two cells one asks and the other accepts; none does both."
  }
}
