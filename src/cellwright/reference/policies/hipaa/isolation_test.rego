package hipaa.isolation_test

import data.hipaa.isolation
import rego.v1

reading(text) := {
	"resource_changes": [{
		"address": "aws_iam_role_policy.this",
		"mode": "managed",
		"type": "aws_iam_role_policy",
		"name": "this",
		"change": {"actions": ["create"], "after": {"policy": text}},
	}],
	"cellwright": {"level": "client", "cell": "acme", "references": ["base/prod-use1/network"]},
}

test_its_own_names_pass if {
	count(isolation.deny) == 0 with input as reading("arn:aws:logs:us-east-1:1:log-group:/clients/acme/app")
	count(isolation.deny) == 0 with input as reading("arn:aws:iam::1:role/client-acme-service")
	count(isolation.deny) == 0 with input as reading("alias/clients/acme")
}

test_another_client_s_path_is_denied if {
	count(isolation.deny) == 1 with input as reading("arn:aws:logs:us-east-1:1:log-group:/clients/globex/app")
}

test_another_client_s_role_is_denied if {
	count(isolation.deny) == 1 with input as reading("arn:aws:iam::1:role/client-globex-service")
}

test_another_client_whose_name_starts_alike_is_denied if {
	count(isolation.deny) == 1 with input as reading("/clients/acme-labs/app")
}

test_an_output_of_another_client_is_denied if {
	plan := {
		"resource_changes": [],
		"cellwright": {"level": "client", "cell": "acme", "references": ["client/globex/foundation"]},
	}
	count(isolation.deny) == 1 with input as plan
}
