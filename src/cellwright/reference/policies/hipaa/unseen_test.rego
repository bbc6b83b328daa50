package hipaa.unseen_test

import data.hipaa.examples_test as ex
import data.hipaa.unseen
import rego.v1

declaring(resource) := {
	"resource_changes": [],
	"cellwright": ex.unit,
	"configuration": {"root_module": {"module_calls": {"inner": {"module": {"resources": [resource]}}}}},
}

program := {
	"address": "terraform_data.this", "mode": "managed", "type": "terraform_data", "name": "this",
	"provisioners": [{"type": "local-exec", "expressions": {"command": {"constant_value": "true"}}}],
}

source(kind) := {"address": concat(".", ["data", kind, "this"]), "mode": "data", "type": kind, "name": "this"}

test_a_provisioner_is_denied if {
	ex.says(unseen.deny, "a provisioner (local-exec)") with input as declaring(program)
	count(unseen.deny) == 0 with input as declaring(object.remove(program, ["provisioners"]))
}

test_a_provisioner_passes_with_an_exception if {
	plan := ex.excepted(declaring(program), ex.exception("hipaa.unseen", "terraform_data.this"))
	count(unseen.deny) == 0 with input as plan
}

test_a_program_that_a_data_source_runs_is_denied if {
	ex.says(unseen.deny, "while planning") with input as declaring(source("external"))
	count(unseen.deny) == 0 with input as declaring(source("aws_caller_identity"))
}

test_what_comes_from_outside_is_warned_of if {
	ex.says(unseen.warn, "outside the fleet") with input as declaring(source("http"))
	ex.says(unseen.warn, "outside the fleet") with input as declaring(source("terraform_remote_state"))
	count(unseen.warn) == 0 with input as declaring(source("aws_caller_identity"))
}

test_what_a_template_makes_is_warned_of if {
	ex.says(unseen.warn, "its template") with input as ex.planned([ex.made("aws_cloudformation_stack", {})])
	count(unseen.warn) == 0 with input as ex.planned([ex.made("aws_sqs_queue", {})])
}

test_another_provider_is_warned_of if {
	ex.says(unseen.warn, "of a provider") with input as ex.planned([ex.made("awscc_s3_bucket", {})])
}

test_what_is_put_off_is_warned_of if {
	put_off := {"deferred_changes": [{"reason": "provider_config_unknown", "resource_change": ex.made("aws_vpc", {})}]}
	ex.says(unseen.warn, "put off (provider_config_unknown)") with input as object.union(ex.planned([]), put_off)
}
