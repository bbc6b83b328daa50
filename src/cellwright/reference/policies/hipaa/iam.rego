# What the rules of this pack ask of policy documents, in all the ways in which AWS lets them be written. Nothing here
# denies anything.
package hipaa.iam

import data.hipaa.plan
import rego.v1

# Attributes that hold a policy of a resource: who may come to it.
resource_policies := ["policy", "access_policy", "access_policies", "policy_document", "resource_policy", "repository_policy"]

# A policy document as an object; undefined where it is known only after the apply, or is no JSON.
document(text) := found if {
	is_string(text)
	json.is_valid(text)
	found := json.unmarshal(text)
	is_object(found)
}

statements(text) := [statement |
	found := document(text)
	some statement in plan.values(found, "Statement")
	is_object(statement)
]

unreadable(text) if {
	is_string(text)
	trim_space(text) != ""
	not document(text)
}

# Anybody is meant: `"*"`, `{"AWS": "*"}`, `{"AWS": ["*"]}`, `{"*": "*"}`, everybody but some.
everyone(statement) if anybody(statement.Principal)

everyone(statement) if {
	some key, _ in plan.fields(statement, "Principal")
	some who in plan.values(statement.Principal, key)
	anybody(who)
}

everyone(statement) if not plan.blank(object.get(statement, "NotPrincipal", null))

anybody(who) if {
	is_string(who)
	regex.match(`^[*?\s]+$`, who)
}

# The condition says who may come: by account, organisation, network or source.
restricted(statement) if {
	some operator, keys in plan.fields(statement, "Condition")
	is_object(keys)
	regex.match(`^(foranyvalue:)?(stringequals|stringlike|stringequalsignorecase|arnequals|arnlike|ipaddress)$`, lower(operator))
	some key, values in keys
	lower(key) in telling
	listed := plan.list(values)
	count(listed) > 0
	every value in listed {
		narrow(value)
	}
}

telling := {
	"aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceaccount",
	"aws:sourcearn", "aws:sourceip", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner", "aws:sourcevpc",
	"aws:sourcevpce", "aws:userid", "aws:vpcsourceip", "kms:calleraccount", "s3:dataaccesspointaccount", "sns:endpoint",
}

# Nothing that is wildcards alone, an ARN of any account, or a wide network.
narrow(value) if {
	is_string(value)
	regex.match(`[^*?\s]`, value)
	not regex.match(`^[aA][rR][nN]:`, value)
	not has_network(value)
}

narrow(value) if {
	is_string(value)
	parts := split(value, ":")
	lower(parts[0]) == "arn"
	count(parts) > 5
	regex.match(`[^*?\s]`, concat("", array.slice(parts, 4, count(parts))))
}

narrow(value) if {
	has_network(value)
	narrow_network(value)
}

has_network(value) if regex.match(`^([0-9]+\.|[0-9A-Fa-f]*:)[0-9A-Fa-f.:]*(/[0-9]+)?$`, value)

# A network in which one knows who is: private, or no larger than /16 (IPv6: /32).
narrow_network(network) if {
	is_string(network)
	not contains(network, "/")
	contains(network, ".")
}

narrow_network(network) if {
	is_string(network)
	not contains(network, "/")
	contains(network, ":")
}

narrow_network(network) if {
	is_string(network)
	parts := split(network, "/")
	count(parts) == 2
	regex.match(`^(0|[1-9][0-9]{0,2})$`, parts[1])
	bits := to_number(parts[1])
	bits >= bits_needed(parts[0])
}

bits_needed(address) := 8 if {
	startswith(address, "10.")
} else := 12 if {
	regex.match(`^172\.(1[6-9]|2[0-9]|3[01])\.`, address)
} else := 10 if {
	regex.match(`^100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.`, address)
} else := 7 if {
	regex.match(`^[fF][cCdD][0-9a-fA-F]{2}:`, address)
} else := 32 if {
	contains(address, ":")
} else := 16

# A pattern of IAM matches a text: `*` is any text, `?` any character, and case means nothing.
matches(pattern, text) if {
	is_string(pattern)
	regex.match(concat("", ["^", replace(replace(lower(pattern), "*", ".*"), "?", "."), "$"]), text)
}

# All resources, or all of one service: `*`, `arn:*`, `arn:aws:s3:::*`, `arn:aws:iam::111122223333:*`.
everything(resource) if {
	is_string(resource)
	parts := split(resource, ":")
	count(parts) > 5
	regex.match(`^[*?/:]+$`, concat(":", array.slice(parts, 5, count(parts))))
}

everything(resource) if {
	is_string(resource)
	count(split(resource, ":")) < 6
	regex.match(`[*?]$`, resource)
}
