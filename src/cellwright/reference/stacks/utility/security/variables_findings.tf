variable "detector_id" {
  description = "GuardDuty's detector in this account and region; null: nothing of GuardDuty's is set up here."
  type        = string
  default     = null
}

variable "guardduty_features" {
  description = "What GuardDuty watches besides the trail, flow logs and DNS."
  type        = set(string)
  default     = ["EBS_MALWARE_PROTECTION", "LAMBDA_NETWORK_LOGS", "RDS_LOGIN_EVENTS", "S3_DATA_EVENTS"]

  validation {
    condition     = length(setsubtract(var.guardduty_features, ["EBS_MALWARE_PROTECTION", "EKS_AUDIT_LOGS", "LAMBDA_NETWORK_LOGS", "RDS_LOGIN_EVENTS", "S3_DATA_EVENTS"])) == 0
    error_message = "EBS_MALWARE_PROTECTION, EKS_AUDIT_LOGS, LAMBDA_NETWORK_LOGS, RDS_LOGIN_EVENTS and S3_DATA_EVENTS."
  }
}

variable "fargate_monitoring" {
  description = "Whether GuardDuty watches processes in Fargate tasks, by an agent that it adds to them."
  type        = bool
  default     = true
}

variable "known_scanners" {
  description = "Addresses of scanners that belong to the company: findings about their probing are archived."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.known_scanners : can(cidrhost("${address}/32", 0))])
    error_message = "IPv4 addresses such as 10.16.4.7."
  }
}

variable "security_hub" {
  description = "Whether Security Hub is switched on here, once in an account and region; false where an organisation's administrator switches it on in all accounts."
  type        = bool
  default     = true
}

variable "security_hub_standards" {
  description = "The standards by which Security Hub judges, as the ends of their ARNs."
  type        = set(string)
  default     = ["aws-foundational-security-best-practices/v/1.0.0", "nist-800-53/v/5.0.0"]

  validation {
    condition     = alltrue([for standard in var.security_hub_standards : can(regex("^[a-z0-9-]+/v/[0-9]+\\.[0-9]+\\.[0-9]+$", standard))])
    error_message = "A standard is written like aws-foundational-security-best-practices/v/1.0.0 (aws securityhub describe-standards lists them)."
  }
}

variable "inspector_resources" {
  description = "What Amazon Inspector scans for known weaknesses: EC2, ECR, LAMBDA, LAMBDA_CODE; none: it is not switched on here."
  type        = set(string)
  default     = ["ECR"]

  validation {
    condition     = length(setsubtract(var.inspector_resources, ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"])) == 0
    error_message = "EC2, ECR, LAMBDA and LAMBDA_CODE."
  }
}

variable "macie" {
  description = "Whether Amazon Macie looks for personal data in buckets; there is one Macie in an account and region."
  type        = bool
  default     = true
}

variable "lowest_severity" {
  description = "GuardDuty's findings are told of from this severity on: 1 is low, 4 medium, 7 high."
  type        = number
  default     = 4

  validation {
    condition     = var.lowest_severity >= 1 && var.lowest_severity <= 10
    error_message = "A number from 1 to 10."
  }
}
