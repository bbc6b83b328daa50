# METADATA
# title: The plan shows everything that will happen
# custom:
#   clause: 45 CFR 164.308(a)(1)(ii)(D)
#   advice: let a resource do it, whose plan can be read, or do it outside of Terraform
package hipaa.unseen

import data.hipaa.exceptions
import data.hipaa.plan
import rego.v1

# Programs that a resource starts when it is made or destroyed.
deny contains plan.finding(node, sprintf("runs what no plan shows: a provisioner (%s)", [provisioner.type])) if {
	some node in plan.configured
	some provisioner in plan.blocks(node, "provisioners")
	not exceptions.granted("hipaa.unseen", node.address)
}

sources := [node |
	some node in plan.configured
	node.mode == "data"
]

# It is run while planning, so before anybody approves.
deny contains plan.finding(node, "runs a program of its own while planning") if {
	some node in sources
	node.type == "external"
	not exceptions.granted("hipaa.unseen", node.address)
}

# The answer of another address, and a state that may be another client's, are judged by nobody.
warn contains plan.finding(node, "takes what no rule sees from outside the fleet") if {
	some node in sources
	node.type in {"http", "terraform_remote_state", "tfe_outputs", "aws_lambda_invocation"}
}

warn contains plan.finding(r, "makes resources that no rule sees: those of its template") if {
	some r in plan.of_types({
		"aws_cloudformation_stack", "aws_cloudformation_stack_set", "aws_cloudcontrolapi_resource",
		"aws_serverlessapplicationrepository_cloudformation_stack", "aws_servicecatalog_provisioned_product",
	})
}

warn contains plan.finding(r, "is of a provider that no rule of this pack judges") if {
	some r in plan.standing
	startswith(r.type, "awscc_")
}

# What is put off is judged as far as it is known, and again by the plan that carries it out.
warn contains {"msg": text, "resource": item.resource_change.address} if {
	some item in object.get(input, "deferred_changes", [])
	text := concat("", [item.resource_change.address, " is put off (", object.get(item, "reason", "unknown"), ") and judged in part"])
}
