variable "name" {
  description = "The client's name; names its service and all that belongs to it."
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

variable "service_role_arn" {
  description = "The role that says what the service may do."
  type        = string
}

variable "cluster_arn" {
  description = "The ECS cluster in which the service runs."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:ecs:.+:cluster/.+$", var.cluster_arn))
    error_message = "A cluster's ARN is written like arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1."
  }
}

variable "namespace_id" {
  description = "The Cloud Map namespace in which the service registers."
  type        = string
}

variable "namespace" {
  description = "The DNS name of that namespace."
  type        = string
}

variable "vpc_id" {
  description = "The VPC in which the service runs."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "A VPC's id starts with vpc-."
  }
}

variable "subnet_ids" {
  description = "The private subnets in which copies of the service run."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 1
    error_message = "At least one subnet."
  }
}

variable "client_security_group_id" {
  description = "The group of everything that runs for this client; data stores let in its members."
  type        = string

  validation {
    condition     = startswith(var.client_security_group_id, "sg-")
    error_message = "A security group's id starts with sg-."
  }
}

variable "alarm_topic_arn" {
  description = "The topic that hears of alarms; null: nobody is told, the alarms show in CloudWatch only."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null ? true : can(regex("^arn:aws[a-z-]*:sns:", var.alarm_topic_arn))
    error_message = "A topic's ARN is written like arn:aws:sns:us-east-1:123456789012:alarms."
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
