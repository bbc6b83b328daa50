# METADATA
# title: Whoever does something is recorded
# custom:
#   clause: 45 CFR 164.312(b)
#   advice: switch the record on, and keep it where nobody can change it
package hipaa.audit

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
	trail.change.after[key] == false
}

deny contains plan.finding(r, "writes no logs: `enabled_cloudwatch_logs_exports` is empty") if {
	some r in plan.of_types({"aws_db_instance", "aws_rds_cluster"})
	not plan.given(r, "enabled_cloudwatch_logs_exports")
	not startswith(object.get(r.change.after, "engine", ""), "aurora")
}

deny contains plan.finding(cluster, "does not record commands that are executed in containers") if {
	some cluster in plan.of_type("aws_ecs_cluster")
	some configuration in cluster.change.after.configuration
	some command in configuration.execute_command_configuration
	command.logging == "NONE"
}

deny contains plan.finding(r, "takes the audit trail away") if {
	some r in plan.lost
	r.type in {"aws_cloudtrail", "aws_config_configuration_recorder", "aws_flow_log"}
	input.cellwright.operation != "destroy"
}

warn contains plan.finding(vpc, "has no flow log in this stack") if {
	some vpc in plan.of_type("aws_vpc")
	count(plan.of_type("aws_flow_log")) == 0
}

warn contains plan.finding(lb, "does not record who asks: no access log") if {
	some lb in plan.of_types({"aws_lb", "aws_alb"})
	not access_logged(lb)
}

access_logged(lb) if {
	some log in lb.change.after.access_logs
	log.enabled == true
}
