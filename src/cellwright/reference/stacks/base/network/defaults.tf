# What AWS makes with every VPC, and puts in force wherever nothing else is named. All of it is emptied: what forgets
# to name its own group, list or table reaches nothing and is reached by nothing.

resource "aws_default_security_group" "locked" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-locked" }
}

resource "aws_default_network_acl" "locked" {
  default_network_acl_id = aws_vpc.this.default_network_acl_id

  tags = { Name = "${var.name}-locked" }

  # Subnets of other stacks begin here, until they name a list of their own.
  lifecycle {
    ignore_changes = [subnet_ids]
  }
}

resource "aws_default_route_table" "locked" {
  default_route_table_id = aws_vpc.this.default_route_table_id
  route                  = []

  tags = { Name = "${var.name}-locked" }
}
