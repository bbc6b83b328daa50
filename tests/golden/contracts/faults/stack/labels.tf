variable {}

output "a" "b" {}

resource "aws_a" {}
