resource "aws_unused" "x" {}
