resource "aws_vpc_peering_connection" "this" {
  for_each = var.requests

  vpc_id        = var.vpc_id
  peer_owner_id = each.value.account_id
  peer_region   = each.value.region
  peer_vpc_id   = each.value.vpc_id

  # The other side accepts, with credentials of its own account.
  auto_accept = false

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_vpc_peering_connection_accepter" "this" {
  for_each = var.accepts

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

  vpc_peering_connection_id = aws_vpc_peering_connection_accepter.this[each.key].id

  accepter {
    allow_remote_vpc_dns_resolution = true
  }
}
