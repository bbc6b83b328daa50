package hipaa.audit_test

import data.hipaa.audit
import data.hipaa.examples_test as ex
import rego.v1

trail := {
	"enable_log_file_validation": true, "is_multi_region_trail": true, "enable_logging": true,
	"include_global_service_events": true,
}

selector(fields) := {"advanced_event_selector": [{"field_selector": fields}]}

management := {"field": "eventCategory", "equals": ["Management"]}

denied := [
	["aws_cloudtrail", object.union(trail, {"is_multi_region_trail": false}), "`is_multi_region_trail` is not on"],
	["aws_cloudtrail", object.remove(trail, ["enable_log_file_validation"]), "`enable_log_file_validation` is not on"],
	["aws_cloudtrail", object.union(trail, {"enable_logging": false}), "`enable_logging` is off"],
	["aws_cloudtrail", object.union(trail, {"event_selector": [{"read_write_type": "WriteOnly"}]}), "leaves management events out"],
	["aws_cloudtrail", object.union(trail, {"event_selector": [{"include_management_events": false}]}), "leaves management events out"],
	[
		"aws_cloudtrail",
		object.union(trail, {"event_selector": [{"exclude_management_event_sources": ["kms.amazonaws.com"]}]}),
		"leaves management events out",
	],
	[
		"aws_cloudtrail",
		object.union(trail, selector([management, {"field": "readOnly", "equals": ["true"]}])),
		"none of its event selectors",
	],
	["aws_config_configuration_recorder_status", {"is_enabled": false}, "`is_enabled` is not on"],
	["aws_guardduty_detector", {"enable": false}, "`enable` is not on"],
	["aws_cloudtrail_event_data_store", {"suspend": true}, "`suspend` is on"],
	["aws_macie2_account", {"status": "PAUSED"}, "`status`"],
	["aws_db_instance", {"engine": "postgres", "enabled_cloudwatch_logs_exports": null}, "writes no logs"],
	["aws_rds_cluster", {"engine": "aurora-postgresql"}, "writes no logs"],
	["aws_docdb_cluster", {"enabled_cloudwatch_logs_exports": []}, "writes no logs"],
	["aws_opensearch_domain", {"log_publishing_options": []}, "writes no logs"],
	["aws_redshift_cluster", {"cluster_identifier": "a"}, "aws_redshift_logging"],
	["aws_ecs_cluster", {"configuration": [{"execute_command_configuration": [{"logging": "NONE"}]}]}, "does not record commands"],
]

test_denied if {
	every example in denied {
		ex.says(audit.deny, example[2]) with input as ex.planned([ex.made(example[0], example[1])])
	}
}

passing := [
	["aws_cloudtrail", trail],
	["aws_cloudtrail", object.union(trail, {"event_selector": [{"read_write_type": "All", "include_management_events": true}]})],
	["aws_cloudtrail", object.union(trail, selector([management]))],
	["aws_guardduty_detector", {"enable": true}],
	["aws_macie2_account", {"status": "ENABLED"}],
	["aws_db_instance", {"engine": "postgres", "enabled_cloudwatch_logs_exports": ["postgresql"]}],
	["aws_db_instance", {"engine": "aurora-postgresql"}],
	["aws_redshift_cluster", {"logging": [{"enable": true}]}],
	["aws_ecs_cluster", {"configuration": [{"execute_command_configuration": [{"logging": "OVERRIDE"}]}]}],
]

test_passing if {
	every example in passing {
		count(audit.deny) == 0 with input as ex.planned([ex.made(example[0], example[1])])
	}
}

test_a_resource_of_its_own_may_write_the_logs_of_a_cluster if {
	cluster := ex.made("aws_redshift_cluster", {"cluster_identifier": "a"})
	logging := ex.made("aws_redshift_logging", {"cluster_identifier": "a"})
	count(audit.deny) == 0 with input as ex.planned([cluster, logging])
}

taken := ["aws_cloudtrail", "aws_cloudwatch_log_group", "aws_flow_log", "aws_config_configuration_recorder_status", "aws_s3_bucket_logging"]

test_taken_away_is_denied if {
	every kind in taken {
		every actions in [["delete"], ["delete", "create"], ["create", "delete"], ["forget"]] {
			ex.says(audit.deny, "takes the audit trail away") with input as ex.planned([ex.changed(kind, actions, {})])
		}
	}
}

test_a_destroy_needs_an_exception_as_well if {
	plan := ex.planned([ex.changed("aws_cloudwatch_log_group", ["delete"], {})])
	destroy := object.union(plan, {"cellwright": {"operation": "destroy"}})
	count(audit.deny) == 1 with input as destroy
	with_one := ex.excepted(plan, ex.exception("hipaa.audit", "*"))
	count(audit.deny) == 0 with input as with_one
}

test_a_log_group_that_stays_is_not_taken_away if {
	kept := ex.changed("aws_cloudwatch_log_group", ["delete"], {"skip_destroy": true})
	count(audit.deny) == 0 with input as ex.planned([kept])
}

test_warned if {
	ex.says(audit.warn, "no flow log") with input as ex.planned([ex.made("aws_vpc", {})])
	ex.says(audit.warn, "no access log") with input as ex.planned([ex.made("aws_lb", {"access_logs": null})])
}

test_not_warned if {
	count(audit.warn) == 0 with input as ex.planned([ex.made("aws_vpc", {}), ex.made("aws_flow_log", {})])
	count(audit.warn) == 0 with input as ex.planned([ex.made("aws_lb", {"access_logs": [{"enabled": true}]})])
}

logged := {"log_publishing_options": [{"log_type": "AUDIT_LOGS", "enabled": true}]}

test_logs_that_a_dynamic_block_writes_are_seen if {
	domain := ex.made("aws_opensearch_domain", logged)
	count(audit.deny) == 0 with input as ex.written(domain, {"domain_name": {}})
	late := object.union(ex.made("aws_opensearch_domain", {}), {"change": {"after_unknown": {"log_publishing_options": true}}})
	count(audit.deny) == 0 with input as ex.written(late, {"domain_name": {}})
	ex.says(audit.deny, "writes no logs") with input as ex.written(ex.made("aws_opensearch_domain", {}), {"domain_name": {}})
}
