# METADATA
# title: Logs and records are kept for six years
# custom:
#   clause: 45 CFR 164.316(b)(2)(i)
#   advice: keep them for 2192 days or longer, or for ever (0)
package hipaa.retention

import data.hipaa.plan
import rego.v1

six_years := 2192

deny contains plan.finding(group, sprintf("keeps its logs for %d days only", [days])) if {
	some group in plan.of_type("aws_cloudwatch_log_group")
	days := group.change.after.retention_in_days
	is_number(days)
	days > 0
	days < six_years
	not kept_in_bucket(group)
}

# The group of a trail may forget earlier: a trail writes everything into its bucket, too.
kept_in_bucket(group) if {
	some trail in plan.of_type("aws_cloudtrail")
	plan.refers(trail, "cloud_watch_logs_group_arn", group)
}

# The group of a flow log may forget earlier what another flow log writes into a bucket, of the same network and of all
# traffic: the group is for looking things up, the bucket keeps.
kept_in_bucket(group) if {
	some here in plan.of_type("aws_flow_log")
	plan.refers(here, "log_destination", group)
	some there in plan.of_type("aws_flow_log")
	plan.text(there.change.after, "log_destination_type") == "s3"
	there.change.after.traffic_type == "ALL"
	network(here) == network(there)
}

# The VPC that a flow log watches: its id as far as it is known, and what the source says.
network(log) := {
	"id": object.get(log.change.after, "vpc_id", null),
	"source": {reference |
		some node in plan.nodes(log)
		some reference in plan.references(plan.fields(node.expressions, "vpc_id"))
	},
}

# What keeps records, and the attribute that says for how many days.
kept_for := {
	"aws_cloudtrail_event_data_store": "retention_period",
	"aws_config_retention_configuration": "retention_period_in_days",
}

deny contains plan.finding(r, sprintf("keeps its records for %d days only", [days])) if {
	some kind, key in kept_for
	some r in plan.of_type(kind)
	days := r.change.after[key]
	is_number(days)
	days < six_years
}

deny contains plan.finding(r, "keeps its records for a time that only the apply will tell") if {
	some kind, key in object.union(kept_for, {"aws_cloudwatch_log_group": "retention_in_days"})
	some r in plan.of_type(kind)
	plan.unknown(r, key)
}

# A bucket that a trail, AWS Config or a flow log of this stack writes to.
record_buckets := [bucket |
	some bucket in plan.of_type("aws_s3_bucket")
	written_to(bucket)
]

written_to(bucket) if {
	some trail in plan.of_types({"aws_cloudtrail", "aws_config_delivery_channel"})
	plan.points(trail, "s3_bucket_name", bucket)
}

written_to(bucket) if {
	some log in plan.of_type("aws_flow_log")
	plan.refers(log, "log_destination", bucket)
}

deny contains plan.finding(c, sprintf("removes records after %d days", [block.days])) if {
	some bucket in record_buckets
	some c in plan.companions(bucket, "aws_s3_bucket_lifecycle_configuration")
	some rule in plan.blocks(c.change.after, "rule")
	rule.status == "Enabled"
	some block in plan.blocks(rule, "expiration")
	block.days > 0
	block.days < six_years
}

deny contains plan.finding(r, sprintf("keeps its objects for a shorter time than before: %d days, not %d", [after, before])) if {
	some r in plan.of_type("aws_s3_bucket_object_lock_configuration")
	some new in plan.blocks(r.change.after, "rule")
	some kept in plan.blocks(new, "default_retention")
	some old in plan.blocks(plan.fields(r.change, "before"), "rule")
	some earlier in plan.blocks(old, "default_retention")
	is_number(kept.days)
	is_number(earlier.days)
	after := kept.days
	before := earlier.days
	after < before
}
