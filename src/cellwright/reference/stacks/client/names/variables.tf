variable "name" {
  description = "The client's name."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "region" {
  description = "The region of the load balancer."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(?:-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region is written like us-east-1."
  }
}

variable "role_arn" {
  description = "The role in the account that Terraform takes: the account's deployer, not the client's; null: the credentials as they are."
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

variable "listener_arn" {
  description = "The HTTPS listener that shows the certificates."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:elasticloadbalancing:.+:listener/.+$", var.listener_arn))
    error_message = "The account has no shared load balancer (`load_balancer` of utility/ecs), or this is not its listener's ARN."
  }
}

variable "load_balancer_dns_name" {
  description = "The DNS name of the load balancer, to which the names lead."
  type        = string
}

variable "load_balancer_zone_id" {
  description = "The hosted zone of the load balancer's own name."
  type        = string
}

variable "names" {
  description = "The names. Of one whose public DNS zone is in this account, the zone's id: its records are made there. Of any other, whether somebody has made the records that the output `records` tells (`proved`): until then the listener has no certificate for it."
  type = map(object({
    zone_id = optional(string)
    proved  = optional(bool, false)
  }))
  default = {}

  validation {
    condition     = alltrue([for name in keys(var.names) : can(regex("^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?[.])+[a-z]{2,}$", name)) && !endswith(name, ".internal")])
    error_message = "A name such as portal.example.org, without a wildcard."
  }

  validation {
    condition     = alltrue([for given in values(var.names) : given.zone_id == null ? true : startswith(given.zone_id, "Z") && !given.proved])
    error_message = "A zone's id starts with Z; where there is one, the name is proved there, and `proved` says nothing."
  }

  validation {
    condition     = length(var.names) <= 4
    error_message = "At most four names: the listener's rule takes five values, and one is the client's name in the account's own domain."
  }
}

variable "proof_timeout" {
  description = "How long an apply waits for AWS to see a name's record. One that is missing makes it fail after that, and nothing else."
  type        = string
  default     = "10m"

  validation {
    condition     = can(regex("^[1-9][0-9]*m$", var.proof_timeout))
    error_message = "Minutes, written like 10m."
  }
}
