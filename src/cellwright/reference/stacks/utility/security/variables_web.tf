variable "web_acl_groups" {
  description = "AWS's managed groups of rules for web requests, in their order; each blocks (block), or only counts (count), as the rules in `counted` do at any rate. What judges by addresses counts: a hospital is behind one. What judges by size counts: files are uploaded."
  type = list(object({
    name    = string
    mode    = optional(string, "block")
    counted = optional(set(string), [])
  }))
  default = [
    { name = "AWSManagedRulesAmazonIpReputationList", mode = "count" },
    { name = "AWSManagedRulesCommonRuleSet", counted = ["SizeRestrictions_BODY"] },
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

variable "rate_limits" {
  description = "How many requests may be made in five minutes, in total of all that have the same address (address), host name (host), header (header:NAME) and cookie (cookie:NAME), as far as these are named, before more of them are turned away (block) or counted (count). Requests without such a header or cookie don't fall under the limit."
  type = map(object({
    requests = number
    per      = list(string)
    mode     = optional(string, "block")
  }))
  default = {
    # Everybody in a hospital has its one address: who somebody is, the header says.
    caller  = { requests = 3000, per = ["address", "header:authorization"] }
    address = { requests = 100000, per = ["address"], mode = "count" }
  }

  validation {
    condition = alltrue([for limit in values(var.rate_limits) :
      limit.requests >= 10 && floor(limit.requests) == limit.requests && contains(["block", "count"], limit.mode)
    ])
    error_message = "A whole number of requests, at least 10; the mode is block or count."
  }

  validation {
    condition = alltrue([for limit in values(var.rate_limits) :
      length(limit.per) >= 1 && length(limit.per) <= 5 && length(distinct(limit.per)) == length(limit.per) && alltrue([
        for key in limit.per : can(regex("^(?:address|host|header:[A-Za-z0-9_-]+|cookie:[A-Za-z0-9_-]+)$", key))
      ])
    ])
    error_message = "Requests are told apart by one to five of address, host, header:NAME and cookie:NAME."
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
