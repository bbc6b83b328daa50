# METADATA
# title: Audit logs are on, complete and protected
# custom:
#   clause: 45 CFR 164.312(b)
#   advice: switch the record on, and keep it where nobody can change it
package hipaa.audit

import data.hipaa.exceptions
import data.hipaa.plan
import rego.v1

deny contains plan.finding(trail, sprintf("does not record all: `%s` is not on", [key])) if {
	some trail in plan.of_type("aws_cloudtrail")
	some key in ["enable_log_file_validation", "is_multi_region_trail"]
	not trail.change.after[key] == true
}

deny contains plan.finding(trail, sprintf("does not record all: `%s` is off", [key])) if {
	some trail in plan.of_type("aws_cloudtrail")
	some key in ["enable_logging", "include_global_service_events"]
	off(trail, key)
}

off(trail, key) if trail.change.after[key] == false

off(trail, key) if plan.unknown(trail, key)

deny contains plan.finding(trail, "does not record all: an event selector leaves management events out") if {
	some trail in plan.of_type("aws_cloudtrail")
	some selector in plan.blocks(trail.change.after, "event_selector")
	partial(selector)
}

partial(selector) if selector.include_management_events == false

partial(selector) if selector.read_write_type in {"ReadOnly", "WriteOnly"}

partial(selector) if count(plan.blocks(selector, "exclude_management_event_sources")) > 0

deny contains plan.finding(trail, "does not record all: none of its event selectors takes all management events") if {
	some trail in plan.of_types({"aws_cloudtrail", "aws_cloudtrail_event_data_store"})
	count(plan.blocks(trail.change.after, "advanced_event_selector")) > 0
	not takes_management(trail)
}

takes_management(trail) if {
	some selector in plan.blocks(trail.change.after, "advanced_event_selector")
	fields := plan.blocks(selector, "field_selector")
	some field in fields
	field.field == "eventCategory"
	"Management" in plan.blocks(field, "equals")
	count(fields) == 1
}

deny contains plan.finding(r, sprintf("is switched off: `%s` is not on", [key])) if {
	some kind, key in {
		"aws_config_configuration_recorder_status": "is_enabled",
		"aws_guardduty_detector": "enable",
	}
	some r in plan.of_type(kind)
	not r.change.after[key] == true
}

deny contains plan.finding(r, "is switched off: `suspend` is on") if {
	some r in plan.of_type("aws_cloudtrail_event_data_store")
	plan.on(r.change.after, "suspend")
}

deny contains plan.finding(r, "is switched off: `status` is DISABLED") if {
	some r in plan.of_type("aws_macie2_account")
	not plan.text(r.change.after, "status") in {"ENABLED", ""}
}

# What writes logs only if it is told to: the attribute or block that tells it.
logging := {
	"aws_db_instance": "enabled_cloudwatch_logs_exports",
	"aws_rds_cluster": "enabled_cloudwatch_logs_exports",
	"aws_docdb_cluster": "enabled_cloudwatch_logs_exports",
	"aws_neptune_cluster": "enable_cloudwatch_logs_exports",
	"aws_eks_cluster": "enabled_cluster_log_types",
	"aws_opensearch_domain": "log_publishing_options",
	"aws_elasticsearch_domain": "log_publishing_options",
	"aws_redshiftserverless_namespace": "log_exports",
}

deny contains plan.finding(r, sprintf("writes no logs: `%s` is empty", [key])) if {
	some kind, key in logging
	some r in plan.of_type(kind)
	not plan.given(r, key)
	not late_block(r, key)
	not in_cluster_logged(r)
}

# A `dynamic` block over something that is not there yet: `hipaa.unseen` says so.
late_block(r, key) if {
	key == "log_publishing_options"
	plan.unknown(r, key)
}

# An Aurora instance writes the logs of its cluster.
in_cluster_logged(r) if {
	r.type == "aws_db_instance"
	startswith(plan.text(r.change.after, "engine"), "aurora")
}

deny contains plan.finding(r, "writes no logs: neither `logging` nor an aws_redshift_logging is there") if {
	some r in plan.of_type("aws_redshift_cluster")
	not redshift_logged(r)
}

redshift_logged(r) if {
	some block in plan.blocks(r.change.after, "logging")
	block.enable == true
}

redshift_logged(r) if {
	some c in plan.of_type("aws_redshift_logging")
	logs_of(c, r)
}

logs_of(c, r) if c.change.after.cluster_identifier == r.change.after.cluster_identifier

logs_of(c, r) if plan.refers(c, "cluster_identifier", r)

deny contains plan.finding(cluster, "does not record commands that are executed in containers") if {
	some cluster in plan.of_type("aws_ecs_cluster")
	some configuration in plan.blocks(cluster.change.after, "configuration")
	some command in plan.blocks(configuration, "execute_command_configuration")
	command.logging == "NONE"
}

# What records, and what the records lie in. Records in buckets are kept by `hipaa.destruction`.
trails := {
	"aws_cloudtrail", "aws_cloudtrail_event_data_store", "aws_cloudwatch_log_group", "aws_cloudwatch_log_stream",
	"aws_cloudwatch_log_metric_filter", "aws_config_configuration_recorder",
	"aws_config_configuration_recorder_status", "aws_config_delivery_channel", "aws_flow_log",
	"aws_guardduty_detector", "aws_macie2_account", "aws_redshift_logging", "aws_route53_query_log",
	"aws_route53_resolver_query_log_config", "aws_s3_bucket_logging", "aws_securityhub_account",
	"aws_wafv2_web_acl_logging_configuration",
}

deny contains plan.finding(r, sprintf("would be %s: it takes the audit trail away", [plan.fate(r)])) if {
	some r in plan.lost
	r.type in trails
	not stays(r)
	not exceptions.granted("hipaa.audit", r.address)
}

# With `skip_destroy` a log group stays, with all that it holds.
stays(r) if {
	r.change.before.skip_destroy == true
	not "create" in r.change.actions
}

warn contains plan.finding(vpc, "has no flow log in this stack") if {
	some vpc in plan.of_type("aws_vpc")
	count(plan.of_type("aws_flow_log")) == 0
}

warn contains plan.finding(lb, "does not record who asks: no access log") if {
	some lb in plan.of_types({"aws_lb", "aws_alb", "aws_elb"})
	not access_logged(lb)
}

access_logged(lb) if {
	some log in plan.blocks(lb.change.after, "access_logs")
	log.enabled == true
}
