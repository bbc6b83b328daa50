variable "vpc_id" {
  description = "The account's VPC."
  type        = string

  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "A VPC's id starts with vpc-."
  }
}

variable "cidr" {
  description = "The client's own block of IPv4 addresses, associated with the VPC; null: it uses the account's subnets."
  type        = string
  default     = null

  validation {
    condition     = var.cidr == null ? true : can(regex("/(?:1[6-9]|2[0-4])$", var.cidr)) && try(cidrsubnet(var.cidr, 0, 0) == var.cidr, false)
    error_message = "The block is written like 10.64.0.0/22, begins where its size says, and is between /16 and /24: AWS has no subnets smaller than /28."
  }
}

variable "account_cidr" {
  description = "The VPC's own block, in which shared parts stand (load balancers, endpoints); they reach the client's services."
  type        = string
  default     = null

  validation {
    condition     = var.cidr == null ? true : can(cidrhost(var.account_cidr, 0))
    error_message = "A client with a block of its own has to know the account's."
  }
}

variable "allowed_cidrs" {
  description = "Private blocks besides, whose traffic may pass between them and the client's services: a peered network."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for block in var.allowed_cidrs : can(cidrhost(block, 0)) && !endswith(block, "/0")]) && length(var.allowed_cidrs) + length(var.peer_routes) <= 12
    error_message = "At most twelve blocks such as 10.32.0.0/16, those of peers among them: AWS allows twenty rules in a network ACL."
  }
}

variable "peer_routes" {
  description = "The blocks of peered networks, and the connection that leads to each: the client's own subnets get routes there, and its network ACL lets their traffic pass."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for block, connection in var.peer_routes : can(cidrhost(block, 0)) && !endswith(block, "/0") && startswith(connection, "pcx-")])
    error_message = "A block such as 10.19.0.0/16, and a connection's id, which starts with pcx-."
  }
}

variable "service_ports" {
  description = "The TCP ports at which the client's services reach shared ones in the account's network and in peered ones: those of Vault and Consul."
  type        = set(number)
  default     = [8200, 8501]

  validation {
    condition     = alltrue([for port in var.service_ports : port >= 1 && port <= 65535 && floor(port) == port])
    error_message = "Ports are whole numbers from 1 to 65535."
  }
}

variable "data_allowed_cidrs" {
  description = "Private blocks besides, whose traffic may pass between them and the client's data stores."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for block in var.data_allowed_cidrs : can(cidrhost(block, 0)) && !endswith(block, "/0")]) && length(var.data_allowed_cidrs) <= 12
    error_message = "At most twelve blocks such as 10.32.0.0/16: AWS allows twenty rules in a network ACL."
  }
}

variable "zones" {
  description = "The letters of the availability zones over which the client's own subnets spread."
  type        = list(string)
  default     = ["a", "b", "c"]

  validation {
    condition     = length(var.zones) >= 1 && length(var.zones) <= 3 && length(distinct(var.zones)) == length(var.zones)
    error_message = "Name one to three different zones."
  }

  validation {
    condition     = alltrue([for zone in var.zones : can(regex("^[a-z]$", zone))])
    error_message = "A zone is named by its letter alone: a, not us-east-1a."
  }
}

variable "nat_gateway_ids" {
  description = "The account's NAT gateways, by the letter of their zone; empty: the client's own subnets don't reach the internet."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for zone, id in var.nat_gateway_ids : can(regex("^[a-z]$", zone)) && startswith(id, "nat-")])
    error_message = "A gateway's id starts with nat-, and its zone is one letter."
  }
}

variable "gateway_endpoint_ids" {
  description = "The account's gateway endpoints (S3, DynamoDB), by any name, to which the client's own subnets get routes."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for id in values(var.gateway_endpoint_ids) : startswith(id, "vpce-")])
    error_message = "An endpoint's id starts with vpce-."
  }
}

variable "shared_subnet_ids" {
  description = "The account's private subnets, for a client without a block of its own."
  type        = list(string)
  default     = []

  validation {
    condition     = var.cidr != null || length(var.shared_subnet_ids) >= 1
    error_message = "A client without a block of its own needs the account's subnets."
  }
}

variable "shared_data_subnet_ids" {
  description = "The account's subnets for data stores, for a client without a block of its own."
  type        = list(string)
  default     = []
}
