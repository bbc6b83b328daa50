# METADATA
# title: Nobody may do everything
# custom:
#   clause: 45 CFR 164.308(a)(4)(ii)(B)
#   advice: name the actions and the resources that are needed
package hipaa.privilege

import data.hipaa.plan
import rego.v1

kinds := {"aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"}

attachments := {
	"aws_iam_role_policy_attachment",
	"aws_iam_user_policy_attachment",
	"aws_iam_group_policy_attachment",
	"aws_iam_policy_attachment",
}

deny contains plan.finding(r, sprintf("allows %s on everything", [action])) if {
	some r in plan.of_types(kinds)
	some statement in plan.statements(r.change.after.policy)
	statement.Effect == "Allow"
	some resource in plan.list(statement.Resource)
	resource == "*"
	some action in plan.list(statement.Action)
	sweeping(action)
}

sweeping(action) if action in {"*", "*:*", "iam:*", "kms:*", "s3:*", "sts:*", "organizations:*"}

deny contains plan.finding(r, "allows everything but some actions (`NotAction`)") if {
	some r in plan.of_types(kinds)
	some statement in plan.statements(r.change.after.policy)
	statement.Effect == "Allow"
	statement.NotAction
}

deny contains plan.finding(r, sprintf("gives %s away", [name])) if {
	some r in plan.of_types(attachments)
	some name in ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess"]
	endswith(r.change.after.policy_arn, concat("", ["/", name]))
}

deny contains plan.finding(role, "can be taken by everybody") if {
	some role in plan.of_type("aws_iam_role")
	some statement in plan.statements(role.change.after.assume_role_policy)
	statement.Effect == "Allow"
	plan.everyone(statement)
}

warn contains plan.finding(r, "can't be read before the apply; what it allows is judged at the next plan") if {
	some r in plan.of_types(kinds)
	plan.unknown(r, "policy")
}
