variable "dns_hostnames" {
  description = "Whether instances with public addresses get public DNS names; private zones are answered, and interface endpoints take over names, only where they do."
  type        = bool
  default     = true
}

variable "gateway_endpoints" {
  description = "The services (s3, dynamodb) that private subnets and data stores reach without NAT and at no cost."
  type        = set(string)
  default     = ["s3", "dynamodb"]

  validation {
    condition     = alltrue([for service in var.gateway_endpoints : contains(["s3", "dynamodb"], service)])
    error_message = "AWS has gateway endpoints for s3 and dynamodb only."
  }
}

variable "endpoint_policies" {
  description = "Whether endpoints let pass only who belongs to this account, those named beside it and the organisation, so that no other credentials can carry data out; false for services without endpoint policies."
  type        = bool
  default     = true
}

variable "organization_id" {
  description = "The AWS organisation whose accounts may use the endpoints too; null: only this account and those named."
  type        = string
  default     = null

  validation {
    condition     = var.organization_id == null ? true : can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "An organisation's id is written like o-a1b2c3d4e5."
  }
}

variable "endpoint_account_ids" {
  description = "Further accounts whose roles may use the endpoints, where there is no organisation: a central CI takes roles of all of them."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.endpoint_account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "An account has twelve digits."
  }
}

variable "interface_endpoints" {
  description = "Further services reached within the network, such as kms, logs, secretsmanager, ecr.api, ecr.dkr; each costs by zone and hour."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for service in var.interface_endpoints : can(regex("^[a-z][a-z0-9.-]*$", service))]) && length(distinct(var.interface_endpoints)) == length(var.interface_endpoints)
    error_message = "A service is written as AWS ends its endpoint's name: logs, ecr.api; each one once."
  }

  validation {
    condition     = length(var.interface_endpoints) == 0 || var.dns_hostnames
    error_message = "Interface endpoints take over the service's public name, which needs dns_hostnames."
  }

  validation {
    condition     = length(setintersection(var.interface_endpoints, var.gateway_endpoints)) == 0
    error_message = "A service has a gateway endpoint or an interface endpoint here, not both."
  }
}

variable "private_zone" {
  description = "Whether the network has a private DNS zone."
  type        = bool
  default     = true
}

variable "zone_name" {
  description = "The name of the private zone and of hosts in the network; null: the cell's name below internal."
  type        = string
  default     = null

  validation {
    condition     = var.zone_name == null ? true : can(regex("^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+[a-z][a-z0-9-]*[a-z0-9]$", var.zone_name))
    error_message = "A zone's name is written like prod.example.internal, in lower case and without a dot at its end."
  }
}

variable "dhcp_options" {
  description = "Whether hosts learn the zone's name and AWS's time server by DHCP; otherwise they get the region's defaults."
  type        = bool
  default     = true
}

variable "flow_logs" {
  description = "Whether it is recorded who talks with whom."
  type        = bool
  default     = true
}

variable "kms_key_arn" {
  description = "The key that encrypts flow logs, as base/account has one; null: a key of this stack's own."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "A key's ARN is written like arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab."
  }
}

variable "boundary_arn" {
  description = "The permissions boundary of the role that writes flow logs; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.boundary_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:policy/.+$", var.boundary_arn))
    error_message = "A boundary is a policy; its ARN is written like arn:aws:iam::123456789012:policy/boundary."
  }
}

variable "flow_log_bucket_arn" {
  description = "The bucket, and the folder in it, in which flow logs are kept for as long as the law asks: base/account has one that nobody can empty; null: CloudWatch alone keeps them."
  type        = string
  default     = null

  validation {
    condition     = var.flow_log_bucket_arn == null ? true : can(regex("^arn:aws[a-z-]*:s3:::[a-z0-9.-]+(?:/.*)?$", var.flow_log_bucket_arn))
    error_message = "A bucket's ARN, with a folder if need be: arn:aws:s3:::medloop-audit-123456789012-us-east-1/flow-logs/."
  }
}

variable "log_retention_days" {
  description = "How long CloudWatch keeps flow logs, in days; null: 90 where a bucket has them too, else 2192, six years."
  type        = number
  default     = null

  validation {
    condition     = var.log_retention_days == null ? true : contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for certain numbers of days only: 7, 30, 90, 365, 2192 (six years) and others."
  }
}
