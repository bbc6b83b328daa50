data "aws_caller_identity" "this" {}

locals {
  # Within one account and region both sides see one and the same connection, with one set of tags. So whoever asks for it
  # accepts it as well, and the other side takes it as it is: two owners would tag it again and again.
  own_place = "${data.aws_caller_identity.this.account_id} ${var.region}"
  nearby    = toset([for peer, request in var.requests : peer if "${request.account_id} ${request.region}" == local.own_place])
  accepting = { for peer, accepted in var.accepts : peer => accepted if "${accepted.account_id} ${accepted.region}" != local.own_place }
}

resource "aws_vpc_peering_connection" "this" {
  for_each = var.requests

  vpc_id        = var.vpc_id
  peer_owner_id = each.value.account_id
  peer_region   = contains(local.nearby, each.key) ? null : each.value.region
  peer_vpc_id   = each.value.vpc_id

  # Elsewhere the other side accepts, with credentials of its own account.
  auto_accept = contains(local.nearby, each.key)

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_vpc_peering_connection_accepter" "this" {
  for_each = local.accepting

  vpc_peering_connection_id = each.value.connection_id
  auto_accept               = true

  tags = { Name = "${each.key}-${var.name}" }
}

resource "aws_vpc_peering_connection_options" "requested" {
  for_each = { for peer, request in var.requests : peer => request if request.dns }

  vpc_peering_connection_id = aws_vpc_peering_connection.this[each.key].id

  requester {
    allow_remote_vpc_dns_resolution = true
  }
}

resource "aws_vpc_peering_connection_options" "accepted" {
  for_each = { for peer, accepted in var.accepts : peer => accepted if accepted.dns }

  vpc_peering_connection_id = local.connections[each.key]

  accepter {
    allow_remote_vpc_dns_resolution = true
  }
}
