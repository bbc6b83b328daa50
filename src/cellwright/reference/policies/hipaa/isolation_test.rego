package hipaa.isolation_test

import data.hipaa.examples_test as ex
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

# The same fleet, whose level of clients has another name, and a level below each client.
tenant := {
	"level": "tenant", "cell": "acme", "client_levels": ["tenant", "site"], "placements": ["base/prod-use1"],
	"references": [], "stack": "app", "exceptions": [], "today": "2026-12-01",
}

named(text, unit) := {"resource_changes": reading(text).resource_changes, "cellwright": unit}

test_a_level_may_have_any_name if {
	count(isolation.deny) == 1 with input as named("/tenants/globex/app", tenant)
	count(isolation.deny) == 1 with input as named("role/tenant-globex-service", tenant)
	count(isolation.deny) == 1 with input as named("role/client-globex-service", tenant)
	count(isolation.deny) == 0 with input as named("/tenants/acme/app", tenant)
	count(isolation.deny) == 1 with input as object.union(named("", tenant), {"cellwright": {"references": ["tenant/globex/app"]}})
}

test_what_lies_in_a_client_may_take_its_outputs if {
	site := object.union(tenant, {"level": "site", "cell": "north", "placements": ["tenant/acme", "base/prod-use1"]})
	own := object.union(site, {"references": ["tenant/acme/app", "base/prod-use1/network"]})
	count(isolation.deny) == 0 with input as named("/tenants/acme/app", own)
	foreign := object.union(site, {"references": ["tenant/globex/app"]})
	count(isolation.deny) == 1 with input as named("", foreign)
}

test_a_level_of_no_clients_may_take_all if {
	base := object.union(tenant, {"level": "base", "cell": "prod-use1", "references": ["base/prod-euw1/network"]})
	count(isolation.deny) == 0 with input as named("/clients/globex/app", base)
}

source := {"address": "data.aws_ssm_parameter.this", "mode": "data", "type": "aws_ssm_parameter", "name": "this"}

test_a_data_source_that_reads_another_client_s_is_denied if {
	state := {"values": {"root_module": {"resources": [object.union(source, {"values": {"name": "/clients/globex/key"}})]}}}
	count(isolation.deny) == 1 with input as object.union(ex.planned([]), {"prior_state": state})
	late := object.union(source, {"change": {"actions": ["read"], "after": {"name": "/clients/globex/key"}}})
	count(isolation.deny) == 1 with input as ex.planned([late])
	own := object.union(source, {"change": {"actions": ["read"], "after": {"name": "/clients/acme/key"}}})
	count(isolation.deny) == 0 with input as ex.planned([own])
}

test_a_tag_of_another_client_is_denied if {
	count(isolation.deny) == 1 with input as ex.planned([ex.made("aws_sqs_queue", {"tags_all": {"Client": "globex"}})])
	count(isolation.deny) == 1 with input as ex.planned([ex.made("aws_sqs_queue", {"tags_all": null, "tags": {"client": "globex"}})])
	count(isolation.deny) == 0 with input as ex.planned([ex.made("aws_sqs_queue", {"tags_all": {"Client": "acme"}})])
}

test_an_exception_lets_pass if {
	plan := ex.planned([ex.made("aws_sqs_queue", {"name": "client-globex-queue"})])
	count(isolation.deny) == 0 with input as ex.excepted(plan, ex.exception("hipaa.isolation", "aws_sqs_queue.this"))
}
