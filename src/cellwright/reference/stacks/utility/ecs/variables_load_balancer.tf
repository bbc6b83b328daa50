variable "load_balancer" {
  description = "The load balancer that services share: where it stands, who may reach it over HTTPS, and its certificate (one that exists, or a domain with its public Route 53 zone, for which one is made); null: there is none."
  type = object({
    subnet_ids          = list(string)
    allowed_cidrs       = set(string)
    internal            = optional(bool, true)
    certificate_arn     = optional(string)
    domain              = optional(string)
    zone_id             = optional(string)
    tls_policy          = optional(string, "ELBSecurityPolicy-TLS13-1-2-2021-06")
    access_log_bucket   = optional(string)
    deletion_protection = optional(bool, true)
  })
  default = null

  validation {
    condition     = var.load_balancer == null ? true : length(var.load_balancer.subnet_ids) >= 2
    error_message = "A load balancer needs subnets in at least two zones."
  }

  validation {
    condition     = var.load_balancer == null ? true : (var.load_balancer.certificate_arn == null) != (var.load_balancer.domain == null)
    error_message = "Either the certificate's ARN or a domain to make one for."
  }

  validation {
    condition     = var.load_balancer == null ? true : (var.load_balancer.domain == null) == (var.load_balancer.zone_id == null)
    error_message = "The domain's zone is where AWS looks for the proof that the domain is yours."
  }

  validation {
    condition     = var.load_balancer == null ? true : can(regex("^ELBSecurityPolicy-TLS13-1-[23]-", var.load_balancer.tls_policy))
    error_message = "A policy that takes TLS 1.2 or newer, such as ELBSecurityPolicy-TLS13-1-2-2021-06, or ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04."
  }

  validation {
    condition     = var.load_balancer == null ? true : alltrue([for block in var.load_balancer.allowed_cidrs : can(cidrhost(block, 0))])
    error_message = "Address blocks such as 10.16.0.0/16."
  }
}

variable "target_cidrs" {
  description = "Where the services stand that the load balancer asks, as IPv4 address blocks."
  type        = set(string)
  default     = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]

  validation {
    condition     = alltrue([for block in var.target_cidrs : can(cidrhost(block, 0)) && !endswith(block, "/0")])
    error_message = "Address blocks such as 10.16.0.0/16; the whole internet is none."
  }
}
