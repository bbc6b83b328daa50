data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

# Regions differ in their zones, and so do accounts in one region: us-west-1 has two of three, ca-central-1 no c.
data "aws_availability_zones" "this" {
  count = var.zones == null ? 1 : 0

  exclude_zone_ids = var.excluded_zone_ids

  filter {
    name   = "zone-type"
    values = ["availability-zone"]
  }

  lifecycle {
    postcondition {
      condition     = length(self.names) >= 1
      error_message = "AWS names no zone of ${var.region} that could be used: name them in `zones`."
    }
  }
}

locals {
  account   = data.aws_caller_identity.this.account_id
  partition = data.aws_partition.this.partition

  found_zones = sort([for name in flatten(data.aws_availability_zones.this[*].names) : trimprefix(name, var.region)])
  zones       = var.zones == null ? slice(local.found_zones, 0, min(3, length(local.found_zones))) : var.zones

  # The block in quarters: three of them are the private subnets; the last one holds the small ones, public and for
  # data stores, and room for more.
  last_quarter  = cidrsubnet(var.cidr, 2, 3)
  private_cidrs = { for index, zone in local.zones : zone => cidrsubnet(var.cidr, 2, index) }
  public_cidrs  = { for index, zone in local.zones : zone => cidrsubnet(local.last_quarter, 4, index) }
  data_cidrs    = { for index, zone in local.zones : zone => cidrsubnet(local.last_quarter, 3, index + 2) }
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = var.dns_hostnames

  tags = { Name = var.name }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.name }
}

resource "aws_subnet" "public" {
  for_each = local.public_cidrs

  vpc_id            = aws_vpc.this.id
  cidr_block        = each.value
  availability_zone = "${var.region}${each.key}"

  tags = { Name = "${var.name}-public-${each.key}" }
}

resource "aws_subnet" "private" {
  for_each = local.private_cidrs

  vpc_id            = aws_vpc.this.id
  cidr_block        = each.value
  availability_zone = "${var.region}${each.key}"

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_subnet" "data" {
  for_each = local.data_cidrs

  vpc_id            = aws_vpc.this.id
  cidr_block        = each.value
  availability_zone = "${var.region}${each.key}"

  tags = { Name = "${var.name}-data-${each.key}" }
}
