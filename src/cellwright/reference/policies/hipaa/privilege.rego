# METADATA
# title: No permission is for every action or every resource
# custom:
#   clause: 45 CFR 164.308(a)(4)(ii)(B)
#   advice: name the actions and the resources that are needed
package hipaa.privilege

import data.hipaa.iam
import data.hipaa.plan
import rego.v1

kinds := {
	"aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy",
	"aws_ssoadmin_permission_set_inline_policy",
}

attachments := {
	"aws_iam_role", "aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment",
	"aws_iam_group_policy_attachment", "aws_iam_policy_attachment", "aws_iam_role_policy_attachments_exclusive",
	"aws_iam_user_policy_attachments_exclusive", "aws_iam_group_policy_attachments_exclusive",
	"aws_ssoadmin_managed_policy_attachment",
}

# What policies in the plan say: each with the resource that has it.
texts := [{"of": r, "text": text} |
	some r in plan.of_types(kinds)
	some key in ["policy", "inline_policy"]
	text := r.change.after[key]
	is_string(text)
]

inline_texts := [{"of": r, "text": block.policy} |
	some r in plan.of_type("aws_iam_role")
	some block in plan.blocks(r.change.after, "inline_policy")
	is_string(block.policy)
]

allowing := [{"of": item.of, "says": statement} |
	some item in array.concat(texts, inline_texts)
	some statement in iam.statements(item.text)
	statement.Effect == "Allow"
]

deny contains plan.finding(item.of, sprintf("allows %s on everything", [action])) if {
	some item in allowing
	anywhere_allowed(item.says)
	some action in plan.values(item.says, "Action")
	sweeping(action)
}

# Taken apart into `iam:A*`, `iam:C*` and so on, it is as much.
deny contains plan.finding(item.of, sprintf("allows all of %s on everything, taken apart", [service])) if {
	some item in allowing
	anywhere_allowed(item.says)
	patterns := [action |
		some action in plan.values(item.says, "Action")
		is_string(action)
		regex.match(`[*?]`, action)
	]
	count(patterns) > 1
	some service, actions in services
	every action in actions {
		some pattern in patterns
		iam.matches(pattern, action)
	}
	not any_sweeping(patterns)
}

any_sweeping(patterns) if {
	some pattern in patterns
	sweeping(pattern)
}

anywhere_allowed(statement) if {
	some resource in plan.values(statement, "Resource")
	iam.everything(resource)
}

anywhere_allowed(statement) if not plan.blank(object.get(statement, "NotResource", null))

# Actions of the services that guard all others, of many kinds: a pattern that matches all of them leaves none out.
services := {
	"iam": ["iam:addusertogroup", "iam:createuser", "iam:deleterole", "iam:getuser", "iam:listusers", "iam:putrolepolicy"],
	"kms": ["kms:createkey", "kms:decrypt", "kms:listkeys", "kms:putkeypolicy", "kms:schedulekeydeletion", "kms:verify"],
	"s3": ["s3:createbucket", "s3:deleteobject", "s3:getobject", "s3:listbucket", "s3:putbucketpolicy", "s3:restoreobject"],
	"sts": ["sts:assumerole", "sts:getsessiontoken", "sts:setcontext", "sts:tagsession"],
	"organizations": ["organizations:attachpolicy", "organizations:createaccount", "organizations:leaveorganization"],
}

sweeping(action) if {
	is_string(action)
	regex.match(`[*?]`, action)
	some actions in services
	every known in actions {
		iam.matches(action, known)
	}
}

deny contains plan.finding(item.of, "allows everything but some actions (`NotAction`)") if {
	some item in allowing
	not plan.blank(object.get(item.says, "NotAction", null))
}

deny contains plan.finding(item.of, "is no policy that can be read") if {
	some item in array.concat(texts, inline_texts)
	iam.unreadable(item.text)
}

deny contains plan.finding(r, sprintf("gives %s away", [name])) if {
	some r in plan.of_types(attachments)
	some arn in attached(r)
	parts := split(arn, "/")
	name := parts[count(parts) - 1]
	contains(arn, ":aws:policy/")
	regex.match(`^(AdministratorAccess.*|PowerUserAccess|IAMFullAccess|AWSOrganizationsFullAccess|AWSKeyManagementServicePowerUser|AmazonS3FullAccess|SecretsManagerReadWrite|SystemAdministrator)$`, name)
}

attached(r) := [arn |
	some key in ["policy_arn", "managed_policy_arn", "managed_policy_arns", "policy_arns"]
	some arn in plan.values(r.change.after, key)
	is_string(arn)
]

trusting := [{"of": role, "says": statement} |
	some role in plan.of_type("aws_iam_role")
	some statement in iam.statements(role.change.after.assume_role_policy)
	statement.Effect == "Allow"
]

deny contains plan.finding(item.of, "can be taken by everybody") if {
	some item in trusting
	iam.everyone(item.says)
}

# An identity provider signs whole worlds in: without a condition, all of them.
deny contains plan.finding(item.of, "can be taken by everybody whom an identity provider knows") if {
	some item in trusting
	some provider in plan.values(item.says.Principal, "Federated")
	is_string(provider)
	contains(provider, "oidc-provider/")
	not asks_whom(item.says)
}

asks_whom(statement) if {
	some operator, keys in plan.fields(statement, "Condition")
	is_object(keys)
	regex.match(`^(foranyvalue:)?string(equals|like|equalsignorecase)$`, lower(operator))
	some key, values in keys
	regex.match(`:(sub|aud|amr|repository|repository_owner|job_workflow_ref)$`, lower(key))
	listed := plan.list(values)
	count(listed) > 0
	every value in listed {
		is_string(value)
		regex.match(`[^*?:]`, value)
	}
}

warn contains plan.finding(r, "can't be read before the apply; what it allows is judged at the next plan") if {
	some r in plan.of_types(kinds)
	some key in ["policy", "inline_policy"]
	plan.unknown(r, key)
}

warn contains plan.finding(r, "can't be read before the apply; who may take it is judged at the next plan") if {
	some r in plan.of_type("aws_iam_role")
	plan.unknown(r, "assume_role_policy")
}

warn contains plan.finding(r, "has a policy that can't be read before the apply; it is judged at the next plan") if {
	some r in plan.of_type("aws_iam_role")
	some block in plan.blocks(r.change.after_unknown, "inline_policy")
	block.policy == true
}

warn contains plan.finding(r, "has policies that can't be read before the apply; they are judged at the next plan") if {
	some r in plan.of_type("aws_iam_role")
	plan.unknown(r, "inline_policy")
	count(plan.nodes(r)) > 0
	plan.chosen(r, "inline_policy")
}
