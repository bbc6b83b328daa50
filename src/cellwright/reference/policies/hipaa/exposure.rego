# METADATA
# title: Nothing is open to everybody
# custom:
#   clause: 45 CFR 164.312(a)(1)
#   advice: name who may come in, and keep the public out
package hipaa.exposure

import data.hipaa.exceptions
import data.hipaa.iam
import data.hipaa.plan
import rego.v1

# Half of the internet and the other half are all of it: any network in which one doesn't know who is, is too wide.
deny contains plan.finding(r, sprintf("lets in everybody (%s)", [source])) if {
	some r in plan.standing
	some source in sources(r)
	not iam.narrow_network(source)
	not exceptions.granted("hipaa.exposure", r.address)
}

sources(r) := [source |
	some key in ["cidr_ipv4", "cidr_ipv6"]
	source := r.change.after[key]
	not plan.blank(source)
] if {
	r.type == "aws_vpc_security_group_ingress_rule"
} else := [source |
	r.change.after.type == "ingress"
	some key in ["cidr_blocks", "ipv6_cidr_blocks"]
	some source in plan.blocks(r.change.after, key)
] if {
	r.type == "aws_security_group_rule"
} else := [source |
	some block in plan.blocks(r.change.after, "ingress")
	some key in ["cidr_blocks", "ipv6_cidr_blocks"]
	some source in plan.blocks(block, key)
] if {
	r.type in {"aws_security_group", "aws_default_security_group"}
} else := [source |
	some block in plan.blocks(r.change.after, "port_info")
	some key in ["cidrs", "ipv6_cidrs"]
	some source in plan.blocks(block, key)
] if {
	r.type == "aws_lightsail_instance_public_ports"
} else := [source |
	some block in plan.blocks(r.change.after, "vpc_config")
	not block.endpoint_public_access == false
	some source in eks_sources(block)
] if {
	r.type == "aws_eks_cluster"
} else := []

eks_sources(block) := plan.blocks(block, "public_access_cidrs") if {
	count(plan.blocks(block, "public_access_cidrs")) > 0
} else := ["0.0.0.0/0"]

# A prefix list may stand for ways out as well.
warn contains plan.finding(r, sprintf("names everybody (%s); whoever lets this list in lets in everybody", [source])) if {
	some r in plan.of_types({"aws_ec2_managed_prefix_list", "aws_ec2_managed_prefix_list_entry"})
	some source in prefixes(r)
	not iam.narrow_network(source)
}

prefixes(r) := [r.change.after.cidr] if {
	r.type == "aws_ec2_managed_prefix_list_entry"
} else := [block.cidr | some block in plan.blocks(r.change.after, "entry")]

warn contains plan.finding(r, sprintf("lets in whom only the apply will tell (`%s`); it is judged at the next plan", [key])) if {
	some r in plan.of_types({
		"aws_vpc_security_group_ingress_rule", "aws_security_group_rule", "aws_security_group",
		"aws_default_security_group",
	})
	not r.change.after.type == "egress"
	some key in ["cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks", "ingress"]
	plan.unknown(r, key)
	count(plan.nodes(r)) > 0
	plan.chosen(r, key)
}

deny contains plan.finding(r, "can be reached from the internet: `publicly_accessible` is on") if {
	some r in plan.standing
	plan.on(r.change.after, "publicly_accessible")
}

deny contains plan.finding(r, "may be reached from the internet: `publicly_accessible` is known only after the apply") if {
	some r in plan.standing
	plan.unknown(r, "publicly_accessible")
	r.type != "aws_rds_cluster_instance"
}

deny contains plan.finding(r, "can be reached from the internet: it stands in no VPC") if {
	some r in plan.of_types({"aws_opensearch_domain", "aws_elasticsearch_domain"})
	count(plan.blocks(r.change.after, "vpc_options")) == 0
	not plan.unknown(r, "vpc_options")
}

deny contains plan.finding(r, "can be reached from the internet: `endpoint_type` is PUBLIC") if {
	some r in plan.of_type("aws_transfer_server")
	object.get(r.change.after, "endpoint_type", "PUBLIC") == "PUBLIC"
	not plan.unknown(r, "endpoint_type")
}

deny contains plan.finding(r, "can be reached from the internet: its public access is on") if {
	some r in plan.of_type("aws_msk_cluster")
	some group in plan.blocks(r.change.after, "broker_node_group_info")
	some connectivity in plan.blocks(group, "connectivity_info")
	some access in plan.blocks(connectivity, "public_access")
	not plan.text(access, "type") in {"DISABLED", ""}
}

deny contains plan.finding(r, "can be called by everybody: `authorization_type` is NONE") if {
	some r in plan.of_type("aws_lambda_function_url")
	r.change.after.authorization_type == "NONE"
}

deny contains plan.finding(r, "can be called by everybody: its principal is `*`") if {
	some r in plan.of_type("aws_lambda_permission")
	iam.anybody(r.change.after.principal)
	not has_source(r)
}

has_source(r) if {
	some key in ["source_account", "source_arn", "principal_org_id"]
	plan.given(r, key)
}
