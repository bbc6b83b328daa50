resource "aws_two" "x" {}
