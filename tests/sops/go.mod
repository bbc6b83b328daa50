module cellwright.dev/tests/sops

go 1.26.6
