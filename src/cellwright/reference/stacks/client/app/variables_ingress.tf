variable "listener_arn" {
  description = "The HTTPS listener of the shared load balancer that leads to the service; null: none does."
  type        = string
  default     = null

  validation {
    condition     = var.listener_arn == null ? true : can(regex("^arn:aws[a-z-]*:elasticloadbalancing:.+:listener/app/.+$", var.listener_arn))
    error_message = "A listener of an application load balancer: arn:aws:elasticloadbalancing:...:listener/app/..."
  }

  validation {
    condition     = var.listener_arn == null || (var.load_balancer_dns_name != null && var.load_balancer_zone_id != null && var.load_balancer_security_group_id != null)
    error_message = "A listener comes with the DNS name, the zone and the security group of its load balancer."
  }

  validation {
    condition     = var.listener_arn == null || var.public_domain != null || var.zone_id != null || length(var.hosts) > 0
    error_message = "The listener tells clients apart by host name: give `public_domain` or `zone_id`, or name `hosts`."
  }
}

variable "load_balancer_dns_name" {
  description = "The DNS name of the load balancer."
  type        = string
  default     = null
}

variable "load_balancer_zone_id" {
  description = "The hosted zone of the load balancer's own name."
  type        = string
  default     = null
}

variable "load_balancer_security_group_id" {
  description = "The load balancer's security group."
  type        = string
  default     = null
}

variable "rule_priority" {
  description = "Where this client's rule stands among the listener's; null: behind all others."
  type        = number
  default     = null

  validation {
    condition     = var.rule_priority == null ? true : var.rule_priority >= 1 && var.rule_priority <= 50000
    error_message = "From 1 to 50000."
  }
}

variable "public_domain" {
  description = "The domain below which the service is NAME.DOMAIN behind the load balancer, whose certificate covers it; null: it has no public name."
  type        = string
  default     = null

  validation {
    condition     = var.public_domain == null ? true : can(regex("^[a-z0-9][a-z0-9.-]*[.][a-z]{2,}$", var.public_domain)) && !endswith(var.public_domain, ".internal")
    error_message = "A domain such as apps.example.com, in which certificates can be had."
  }
}

variable "public_zone_id" {
  description = "The public DNS zone of that domain, in which the name is made; null: somebody else makes it."
  type        = string
  default     = null

  validation {
    condition     = var.public_zone_id == null || var.public_domain != null
    error_message = "A zone comes with its domain."
  }
}

variable "hosts" {
  description = "Host names besides NAME.DOMAIN under which the load balancer leads to this service; its listener needs certificates for them, which client/names makes."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for host in var.hosts : can(regex("^[a-z0-9.-]+$", host))]) && length(var.hosts) <= 4
    error_message = "At most four names without wildcards, which would catch other clients' names: a rule takes five values."
  }
}

variable "target_protocol" {
  description = "How the load balancer speaks with the service: HTTPS (it takes any certificate, so a self-made one does) or HTTP."
  type        = string
  default     = "HTTPS"

  validation {
    condition     = contains(["HTTP", "HTTPS"], var.target_protocol)
    error_message = "The choice is HTTP or HTTPS."
  }

  validation {
    condition     = var.tls_proxy == null || var.target_protocol == "HTTPS"
    error_message = "With `tls_proxy` the service speaks TLS: leave this at HTTPS."
  }
}

variable "health_check" {
  description = "What the load balancer asks for to see whether a copy is well, and which answers say so."
  type = object({
    path    = optional(string, "/")
    matcher = optional(string, "200-299")
  })
  default = {}
}

variable "zone_id" {
  description = "The private DNS zone in which the service gets the name NAME.ZONE; null: it gets none."
  type        = string
  default     = null

  validation {
    condition     = (var.zone_id == null) == (var.zone_name == null)
    error_message = "A zone comes with its name."
  }
}

variable "zone_name" {
  description = "The name of that zone."
  type        = string
  default     = null
}
