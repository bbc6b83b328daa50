variable "vpc_id" {
  description = "The VPC in which Jenkins runs."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "A VPC's id starts with vpc-."
  }
}

variable "subnet_ids" {
  description = "The private subnets in which the controller and agents run, one for each zone."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 1 && length(distinct(var.subnet_ids)) == length(var.subnet_ids)
    error_message = "At least one subnet, each of them once."
  }
}

variable "cluster_arn" {
  description = "The ECS cluster in which Jenkins runs."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:ecs:[a-z0-9-]+:[0-9]{12}:cluster/.+$", var.cluster_arn))
    error_message = "A cluster's ARN is written like arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1."
  }
}

variable "namespace_id" {
  description = "The Cloud Map namespace in which the controller registers."
  type        = string
}

variable "namespace" {
  description = "The DNS name of that namespace."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+(?:\\.[a-z0-9-]+)*$", var.namespace))
    error_message = "A name such as prod-use1.internal."
  }
}

variable "service_cidrs" {
  description = "Where agents reach Vault (8200), Consul (8501) and PostgreSQL (5432): the tools', the accounts' and the clients' addresses."
  type        = list(string)
  default     = ["10.0.0.0/8"]

  validation {
    condition     = alltrue([for cidr in var.service_cidrs : can(cidrnetmask(cidr)) && cidr != "0.0.0.0/0"])
    error_message = "A block is written like 10.16.0.0/12, and isn't the whole internet."
  }
}

variable "deployer_role_arns" {
  description = "The roles that agents may take to change accounts; those have to trust the agents' role."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.deployer_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[^*]+$", arn))])
    error_message = "A role's ARN is written like arn:aws:iam::123456789012:role/deployer, without wildcards."
  }
}

variable "listener_arn" {
  description = "The HTTPS listener of the load balancer through which people reach Jenkins; null: nobody but agents does."
  type        = string
  default     = null

  validation {
    condition     = var.listener_arn == null ? true : can(regex("^arn:aws[a-z-]*:elasticloadbalancing:", var.listener_arn))
    error_message = "A listener's ARN is written like arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/..."
  }
}

variable "load_balancer_security_group_id" {
  description = "The load balancer's security group; needed with a listener."
  type        = string
  default     = null

  validation {
    condition     = var.listener_arn == null || var.load_balancer_security_group_id != null
    error_message = "Jenkins has to let the load balancer in."
  }
}

variable "host" {
  description = "The name in DNS under which people reach Jenkins through the load balancer; needed with a listener."
  type        = string
  default     = null

  validation {
    condition     = var.listener_arn == null || can(regex("^[a-z0-9-]+(?:\\.[a-z0-9-]+)+$", var.host))
    error_message = "A name such as jenkins.prod.example.com."
  }
}

variable "rule_priority" {
  description = "The place of Jenkins' rule among those of the listener."
  type        = number
  default     = 100

  validation {
    condition     = var.rule_priority >= 1 && var.rule_priority <= 50000
    error_message = "A number from 1 to 50000."
  }
}

variable "sign_in" {
  description = "The provider of sign-ins, by OpenID Connect; null: one local user, admin, whose password AWS makes."
  type = object({
    well_known_url = string
    client_id      = string
    name_claim     = optional(string, "preferred_username")
    groups_claim   = optional(string, "groups")
  })
  default = null

  validation {
    condition     = var.sign_in == null ? true : can(regex("^https://[^ ]+/\\.well-known/openid-configuration$", var.sign_in.well_known_url))
    error_message = "The provider's address ends in /.well-known/openid-configuration."
  }
}

variable "groups" {
  description = "Who may do what, by the provider's groups: administer Jenkins, start jobs, look; and who may answer for plans."
  type = object({
    administrators = optional(string, "jenkins-administrators")
    operators      = optional(string, "jenkins-operators")
    viewers        = optional(string, "jenkins-viewers")
    approvers      = optional(list(string), ["jenkins-approvers"])
  })
  default = {}

  validation {
    condition = alltrue([
      for group in concat([var.groups.administrators, var.groups.operators, var.groups.viewers], var.groups.approvers) :
      can(regex("^[A-Za-z0-9 ._:/@-]+$", group))
    ])
    error_message = "A group's name has letters, digits, spaces and . _ : / @ -."
  }
}

variable "token_audience" {
  description = "For whom the builds' tokens for AWS are made; those for Cellwright have the audience cellwright."
  type        = string
  default     = "sts.amazonaws.com"

  validation {
    condition     = can(regex("^[A-Za-z0-9._:/-]+$", var.token_audience))
    error_message = "A name or an address, such as sts.amazonaws.com."
  }
}
