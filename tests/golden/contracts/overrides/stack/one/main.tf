resource "aws_one" "x" {}
