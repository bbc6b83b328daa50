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

trail := ex.made("aws_cloudtrail", {})

unknown(change, what) := object.union(change, {"change": {"after_unknown": what}})

by_source := {"event_selector": [{"read_write_type": {"references": ["terraform_data.this.output"]}}]}

test_a_block_that_only_the_apply_tells_is_warned_of if {
	ex.says(unseen.warn, "`event_selector.read_write_type`") with input as ex.written(unknown(trail, {"event_selector": true}), {})
}

test_so_is_a_part_of_a_block if {
	plan := ex.written(unknown(trail, {"event_selector": [{"read_write_type": true}]}), by_source)
	ex.says(unseen.warn, "`event_selector.read_write_type`") with input as plan
	count(unseen.warn) == 1 with input as plan
}

test_and_an_attribute_that_the_source_writes if {
	link := unknown(ex.made("aws_lambda_function_url", {}), {"authorization_type": true})
	ex.says(unseen.warn, "`authorization_type`") with input as ex.written(link, {"authorization_type": {"references": ["a.b"]}})
	count(unseen.warn) == 0 with input as ex.written(link, {})
}

test_what_aws_fills_in_is_no_secret if {
	group := ex.made("aws_security_group", {})
	count(unseen.warn) == 0 with input as ex.written(unknown(group, {"ingress": true, "id": true}), {})
	ex.says(unseen.warn, "`ingress.cidr_blocks`") with input as ex.written(unknown(group, {"ingress": [{"cidr_blocks": true}]}), {})
	count(unseen.warn) == 0 with input as ex.written(unknown(group, {"ingress": [{"security_groups": true}]}), {})
	count(unseen.warn) == 0 with input as ex.written(unknown(ex.bucket, {"grant": true, "arn": true}), {})
	table := ex.made("aws_dynamodb_table", {"replica": [{"region_name": "eu-west-1"}]})
	count(unseen.warn) == 0 with input as ex.written(unknown(table, {"replica": [{"arn": true}]}), {})
	brokers := ex.made("aws_msk_cluster", {"broker_node_group_info": [{}]})
	count(unseen.warn) == 0 with input as ex.written(unknown(brokers, {"broker_node_group_info": [{"connectivity_info": true}]}), {})
}

test_a_parameter_that_only_the_apply_tells_is_warned_of if {
	parameters := unknown(ex.made("aws_db_parameter_group", {}), {"parameter": [{"value": true}]})
	ex.says(unseen.warn, "`parameter`") with input as ex.written(parameters, {})
}

attached(reference) := ex.written(
	unknown(ex.made("aws_iam_role_policy_attachment", {}), {"policy_arn": true}),
	{"policy_arn": {"references": [reference, "count.index"]}},
)

test_a_policy_from_elsewhere_is_warned_of_and_one_of_this_plan_is_not if {
	ex.says(unseen.warn, "`policy_arn`") with input as attached("data.aws_iam_policy.this.arn")
	count(unseen.warn) == 0 with input as attached("aws_iam_policy.this.arn")
}

test_logs_that_only_the_apply_names_are_warned_of if {
	domain := unknown(ex.made("aws_opensearch_domain", {}), {"log_publishing_options": true})
	ex.says(unseen.warn, "`log_publishing_options`") with input as ex.written(domain, {})
}
