module cellwright.dev/tests/opentofu-1.9

go 1.24.0

tool github.com/opentofu/opentofu/cmd/tofu

require github.com/opentofu/opentofu v1.9.4

replace github.com/hashicorp/hcl/v2 v2.20.1 => github.com/opentofu/hcl/v2 v2.0.0-20240814143621-8048794c5c52
