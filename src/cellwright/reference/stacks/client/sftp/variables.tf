variable "name" {
  description = "The client's name; names the landing zone and all that belongs to it."
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

variable "bucket" {
  description = "The client's bucket, in which files land."
  type        = string
}

variable "bucket_arn" {
  description = "The client's bucket, as policies name it."
  type        = string
}

variable "vpc_id" {
  description = "The VPC in which the landing zone's door stands."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "A VPC's id starts with vpc-."
  }
}

variable "server" {
  description = "Whether there is a server of AWS Transfer Family; it is charged by the hour."
  type        = bool
  default     = true

  validation {
    condition     = !var.server || length(var.subnet_ids) >= 1
    error_message = "A server needs at least one subnet."
  }
}

variable "subnet_ids" {
  description = "Where the server's endpoint stands: public subnets for partners on the internet, private ones for those on a private line."
  type        = list(string)
  default     = []
}

variable "public_addresses" {
  description = "Whether the endpoint gets a fixed public address in each subnet, which partners can name in their firewalls."
  type        = bool
  default     = true
}

variable "security_policy" {
  description = "Which algorithms the server takes, by the name that AWS gives to the selection."
  type        = string
  default     = "TransferSecurityPolicy-2025-03"

  validation {
    condition     = can(regex("^TransferSecurityPolicy-(?:FIPS-|Restricted-|PQ-)?[A-Za-z0-9-]*202[3-9]-[0-9]{2}$", var.security_policy))
    error_message = "A selection of 2023 or newer: TransferSecurityPolicy-2025-03, TransferSecurityPolicy-FIPS-2025-03."
  }
}

variable "users" {
  description = "Who brings or fetches files: a name, and the public keys (OpenSSH) with which that user signs in."
  type        = map(object({ keys = list(string) }))
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.users) : can(regex("^[a-z0-9][a-z0-9-]{2,31}$", name))])
    error_message = "A user's name has three to 32 lower-case letters, digits and hyphens."
  }

  validation {
    condition = alltrue(flatten([
      for user in var.users : [for key in user.keys : can(regex("^(?:ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)|ssh-rsa) [A-Za-z0-9+/]+=* ?[^ ]*$", key))]
    ]))
    error_message = "A public key is one line as OpenSSH writes it: ssh-ed25519 AAAA... Private keys stay with the partner."
  }
}

variable "partner_cidrs" {
  description = "From where partners may connect, as IPv4 address blocks; nobody else can."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for block in var.partner_cidrs : can(cidrhost(block, 0)) && can(regex("/(?:1[6-9]|2[0-9]|3[0-2])$", block))])
    error_message = "Address blocks such as 203.0.113.0/24, none larger than /16: partners are known."
  }
}

variable "public_ports" {
  description = "The ports that the network lets in from everywhere, as base/network says; null: not known here."
  type        = list(number)
  default     = null

  validation {
    condition     = var.public_ports == null ? true : contains(var.public_ports, 22)
    error_message = "The network lets nobody reach port 22: add it to `public_ports` of the account's base/network."
  }
}

variable "folders" {
  description = "The folders that every user finds."
  type        = set(string)
  default     = ["incoming", "outgoing"]

  validation {
    condition     = alltrue([for folder in var.folders : can(regex("^[a-z0-9][a-z0-9-]*$", folder))])
    error_message = "A folder has lower-case letters, digits and hyphens."
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
