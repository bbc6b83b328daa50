variable "web_acl_groups" {
  description = "AWS's managed groups of rules for web requests, in their order; each blocks (block), or only counts (count)."
  type = list(object({
    name = string
    mode = optional(string, "block")
  }))
  default = [
    { name = "AWSManagedRulesAmazonIpReputationList" },
    { name = "AWSManagedRulesCommonRuleSet" },
    { name = "AWSManagedRulesKnownBadInputsRuleSet" },
    { name = "AWSManagedRulesSQLiRuleSet" },
  ]

  validation {
    condition     = alltrue([for group in var.web_acl_groups : startswith(group.name, "AWSManagedRules") && contains(["block", "count"], group.mode)])
    error_message = "A group is named like AWSManagedRulesCommonRuleSet, and its mode is block or count."
  }

  validation {
    condition     = length(distinct(var.web_acl_groups[*].name)) == length(var.web_acl_groups)
    error_message = "Each group once."
  }
}

variable "requests_per_five_minutes" {
  description = "How many requests one address may make in five minutes before it is turned away."
  type        = number
  default     = 2000

  validation {
    condition     = var.requests_per_five_minutes >= 10 && floor(var.requests_per_five_minutes) == var.requests_per_five_minutes
    error_message = "A whole number, at least 10."
  }
}

variable "load_balancer_arn" {
  description = "The load balancer that the web ACL guards; null: none yet."
  type        = string
  default     = null

  validation {
    condition     = var.load_balancer_arn == null ? true : can(regex("^arn:aws[a-z-]*:elasticloadbalancing:", var.load_balancer_arn))
    error_message = "A load balancer's ARN is written like arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/..."
  }
}
