# METADATA
# title: Records are kept for six years
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
	days > 0
	days < six_years
}

deny contains plan.finding(lake, sprintf("keeps its events for %d days only", [days])) if {
	some lake in plan.of_type("aws_cloudtrail_event_data_store")
	days := lake.change.after.retention_period
	days < six_years
}
