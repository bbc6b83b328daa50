package hipaa.privilege_test

import data.hipaa.examples_test as ex
import data.hipaa.privilege
import rego.v1

everything := {"Resource": "*"}

of(statement) := {"policy": ex.allowing(statement)}

doing(action) := of({"Action": action, "Resource": "*"})

at(resource) := of({"Action": "iam:*", "Resource": resource})

trust(statement) := {"assume_role_policy": ex.allowing(object.union({"Action": "sts:AssumeRole"}, statement))}

github := {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}

denied := [
	["aws_iam_policy", doing("*"), "allows * on everything"],
	["aws_iam_policy", doing(["logs:Get*", "*:*"]), "allows *:* on everything"],
	["aws_iam_policy", doing("IAM:*"), "allows IAM:* on everything"],
	["aws_iam_policy", doing("i*m:*"), "allows i*m:* on everything"],
	["aws_iam_policy", doing("ia?:*"), "allows ia?:* on everything"],
	["aws_iam_policy", doing("iam**"), "allows iam** on everything"],
	["aws_iam_policy", doing("*m:*"), "on everything"],
	["aws_iam_policy", doing("iam:*?"), "on everything"],
	["aws_iam_role_policy", doing("s3:*"), "allows s3:* on everything"],
	["aws_iam_user_policy", doing("kms:*"), "allows kms:* on everything"],
	["aws_iam_group_policy", doing("sts:*"), "allows sts:* on everything"],
	["aws_ssoadmin_permission_set_inline_policy", {"inline_policy": ex.allowing({"Action": "*", "Resource": "*"})}, "allows *"],
	["aws_iam_role", {"inline_policy": [{"name": "a", "policy": ex.allowing({"Action": "*", "Resource": "*"})}]}, "allows *"],
	["aws_iam_policy", doing(["iam:A*", "iam:C*", "iam:D*", "iam:G*", "iam:L*", "iam:P*", "iam:U*"]), "all of iam on everything"],
	["aws_iam_policy", at("arn:*"), "on everything"],
	["aws_iam_policy", at("arn:aws:*"), "on everything"],
	["aws_iam_policy", at("arn:*:*:*:*:*"), "on everything"],
	["aws_iam_policy", at("arn:aws:iam::*:*"), "on everything"],
	["aws_iam_policy", at("arn:aws:iam::111122223333:*"), "on everything"],
	["aws_iam_policy", at(["arn:aws:s3:::bucket", "**"]), "on everything"],
	["aws_iam_policy", of({"Action": "s3:*", "Resource": ["arn:aws:s3:::*", "arn:aws:s3:::*/*"]}), "on everything"],
	["aws_iam_policy", of({"Action": "iam:*", "NotResource": "arn:aws:iam::1:role/a"}), "on everything"],
	["aws_iam_policy", of({"NotAction": "iam:*", "Resource": "*"}), "`NotAction`"],
	["aws_iam_policy", {"policy": "{'Statement': 1}"}, "no policy that can be read"],
	["aws_iam_role_policy_attachment", {"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}, "gives AdministratorAccess away"],
	["aws_iam_role_policy_attachment", {"policy_arn": "arn:aws-us-gov:iam::aws:policy/job-function/SystemAdministrator"}, "gives SystemAdministrator away"],
	["aws_iam_role", {"managed_policy_arns": ["arn:aws:iam::aws:policy/PowerUserAccess"]}, "gives PowerUserAccess away"],
	["aws_iam_role_policy_attachments_exclusive", {"policy_arns": ["arn:aws:iam::aws:policy/IAMFullAccess"]}, "gives IAMFullAccess away"],
	["aws_ssoadmin_managed_policy_attachment", {"managed_policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"}, "gives AdministratorAccess away"],
	["aws_iam_role", trust({"Principal": "*"}), "can be taken by everybody"],
	["aws_iam_role", trust({"Principal": {"AWS": ["*"]}}), "can be taken by everybody"],
	["aws_iam_role", trust({"Principal": {"*": "*"}}), "can be taken by everybody"],
	["aws_iam_role", trust({"NotPrincipal": {"AWS": "arn:aws:iam::1:root"}}), "can be taken by everybody"],
	["aws_iam_role", trust({"Principal": github}), "whom an identity provider knows"],
	["aws_iam_role", trust({"Principal": github, "Condition": {}}), "whom an identity provider knows"],
	["aws_iam_role", trust({"Principal": github, "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "*"}}}), "whom an identity provider knows"],
]

test_denied if {
	every example in denied {
		ex.says(privilege.deny, example[2]) with input as ex.planned([ex.made(example[0], example[1])])
	}
}

passing := [
	["aws_iam_policy", doing(["logs:*", "ecs:*", "iam:Get*", "iam:List*", "s3:GetObject"])],
	["aws_iam_policy", at("arn:aws:iam::111122223333:role/acme-*")],
	["aws_iam_policy", of({"Action": "s3:*", "Resource": "arn:aws:s3:::medloop-*"})],
	["aws_iam_policy", of({"Effect": "Deny", "Action": "*", "Resource": "*"})],
	["aws_iam_policy", of({"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"})],
	["aws_iam_role_policy_attachment", {"policy_arn": "arn:aws:iam::aws:policy/SecurityAudit"}],
	["aws_iam_role_policy_attachment", {"policy_arn": "arn:aws:iam::111122223333:policy/AdministratorAccess"}],
	["aws_iam_role", trust({"Principal": {"Service": "ecs-tasks.amazonaws.com"}})],
	["aws_iam_role", trust({"Principal": {"AWS": "arn:aws:iam::111122223333:root"}})],
	["aws_iam_role", trust({"Principal": github, "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/*"}}})],
]

test_passing if {
	every example in passing {
		count(privilege.deny) == 0 with input as ex.planned([ex.made(example[0], example[1])])
	}
}

test_warned if {
	ex.says(privilege.warn, "what it allows") with input as ex.late("aws_iam_role_policy", {}, "policy")
	ex.says(privilege.warn, "who may take it") with input as ex.late("aws_iam_role", {}, "assume_role_policy")
	inline := object.union(
		ex.made("aws_iam_role", {"inline_policy": [{"name": "a"}]}),
		{"change": {"after_unknown": {"inline_policy": [{"policy": true}]}}},
	)
	ex.says(privilege.warn, "has a policy that can't be read") with input as ex.planned([inline])
	all := object.union(ex.made("aws_iam_role", {}), {"change": {"after_unknown": {"inline_policy": true}}})
	ex.says(privilege.warn, "has policies that can't be read") with input as ex.written(all, {"inline_policy": [{}]})
	count(privilege.warn) == 0 with input as ex.written(all, {})
}
