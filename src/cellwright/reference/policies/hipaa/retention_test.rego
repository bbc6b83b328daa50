package hipaa.retention_test

import data.hipaa.examples_test as ex
import data.hipaa.retention
import rego.v1

denied := [
	["aws_cloudwatch_log_group", {"retention_in_days": 90}, "keeps its logs for 90 days"],
	["aws_cloudtrail_event_data_store", {"retention_period": 365}, "keeps its records for 365 days"],
	["aws_config_retention_configuration", {"retention_period_in_days": 30}, "keeps its records for 30 days"],
]

test_denied if {
	every example in denied {
		ex.says(retention.deny, example[2]) with input as ex.planned([ex.made(example[0], example[1])])
	}
}

passing := [
	["aws_cloudwatch_log_group", {"retention_in_days": 0}],
	["aws_cloudwatch_log_group", {"retention_in_days": 2192}],
	["aws_cloudtrail_event_data_store", {"retention_period": 2557}],
]

test_passing if {
	every example in passing {
		count(retention.deny) == 0 with input as ex.planned([ex.made(example[0], example[1])])
	}
}

test_a_time_that_is_not_known_is_denied if {
	ex.says(retention.deny, "only the apply") with input as ex.late("aws_cloudwatch_log_group", {}, "retention_in_days")
}

test_the_group_of_a_trail_may_forget_what_its_bucket_keeps if {
	group := ex.made("aws_cloudwatch_log_group", {"retention_in_days": 90})
	trail := ex.made("aws_cloudtrail", {"s3_bucket_name": "medloop-acme"})
	written := ex.written(trail, {"cloud_watch_logs_group_arn": {"references": ["aws_cloudwatch_log_group.this[0].arn", "aws_cloudwatch_log_group.this"]}})
	count(retention.deny) == 0 with input as object.union(written, {"resource_changes": [trail, group]})
	ex.says(retention.deny, "keeps its logs for 90 days") with input as ex.planned([trail, group])
}

# A group for 90 days, the flow log that writes to it, and a second flow log with these values.
flows(kept) := object.union(
	ex.written(to_group, {"log_destination": {"references": ["aws_cloudwatch_log_group.this.arn", "aws_cloudwatch_log_group.this"]}}),
	{"resource_changes": [
		ex.made("aws_cloudwatch_log_group", {"retention_in_days": 90}),
		to_group,
		object.union(ex.made("aws_flow_log", kept), {"address": "aws_flow_log.kept", "name": "kept"}),
	]},
)

to_group := ex.made("aws_flow_log", {"vpc_id": "vpc-1", "traffic_type": "ALL"})

test_a_group_may_forget_what_a_bucket_keeps if {
	kept := {"vpc_id": "vpc-1", "traffic_type": "ALL", "log_destination_type": "s3"}
	count(retention.deny) == 0 with input as flows(kept)
	every other in [{"vpc_id": "vpc-2"}, {"traffic_type": "REJECT"}, {"log_destination_type": "cloud-watch-logs"}] {
		ex.says(retention.deny, "keeps its logs for 90 days") with input as flows(object.union(kept, other))
	}
}

records(days) := ex.planned([
	ex.bucket,
	ex.made("aws_cloudtrail", {"s3_bucket_name": "medloop-acme"}),
	ex.of_bucket("aws_s3_bucket_lifecycle_configuration", {"rule": [{"status": "Enabled", "expiration": [{"days": days}]}]}),
])

test_records_that_a_bucket_removes_early_are_denied if {
	ex.says(retention.deny, "removes records after 30 days") with input as records(30)
	count(retention.deny) == 0 with input as records(2193)
}

test_a_flow_log_s_records_are_kept_too if {
	lifecycle := ex.of_bucket("aws_s3_bucket_lifecycle_configuration", {"rule": [{"status": "Enabled", "expiration": [{"days": 30}]}]})
	flow := ex.made("aws_flow_log", {})
	plan := ex.written(flow, {"log_destination": {"references": ["aws_s3_bucket.this.arn", "aws_s3_bucket.this"]}})
	with_bucket := object.union(plan, {"resource_changes": [flow, ex.bucket, lifecycle]})
	ex.says(retention.deny, "removes records") with input as with_bucket
}

test_other_objects_may_be_removed if {
	lifecycle := ex.of_bucket("aws_s3_bucket_lifecycle_configuration", {"rule": [{"status": "Enabled", "expiration": [{"days": 30}]}]})
	count(retention.deny) == 0 with input as ex.planned([ex.bucket, lifecycle])
}

locked(days) := {"rule": [{"default_retention": [{"days": days, "mode": "GOVERNANCE"}]}]}

test_a_lock_that_gets_shorter_is_denied if {
	shorter := object.union(
		ex.made("aws_s3_bucket_object_lock_configuration", locked(30)),
		{"change": {"before": locked(2192)}},
	)
	ex.says(retention.deny, "shorter time") with input as ex.planned([shorter])
	longer := object.union(
		ex.made("aws_s3_bucket_object_lock_configuration", locked(2192)),
		{"change": {"before": locked(30)}},
	)
	count(retention.deny) == 0 with input as ex.planned([longer])
}
