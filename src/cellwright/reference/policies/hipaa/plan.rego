# What the rules of this pack ask of Terraform's plan. Nothing here denies anything.
package hipaa.plan

import rego.v1

# Managed resources that will be there once the plan is applied, whether it changes them or not.
standing := [r |
	some r in input.resource_changes
	r.mode == "managed"
	not goes(r)
]

# Managed resources that the plan removes, or removes and makes anew.
lost := [r |
	some r in input.resource_changes
	r.mode == "managed"
	"delete" in r.change.actions
]

goes(r) if r.change.actions == ["delete"]

goes(r) if r.change.actions == ["forget"]

of_type(kind) := [r | some r in standing; r.type == kind]

of_types(kinds) := [r | some r in standing; r.type in kinds]

# An attribute has a value, or will have one that is known only after the apply.
given(r, key) if {
	value := r.change.after[key]
	not blank(value)
}

given(r, key) if unknown(r, key)

unknown(r, key) if r.change.after_unknown[key] == true

blank(value) if value == null

blank(value) if value == ""

blank(value) if value == []

# Terraform writes a block as a list of objects.
blocks(object_, key) := found if {
	found := object_[key]
	is_array(found)
} else := []

list(value) := value if {
	is_array(value)
} else := [value]

# Resources of a kind that belong to a bucket: by its name, or by what the stack's source refers to.
companions(bucket, kind) := [c |
	some c in of_type(kind)
	points(c, "bucket", bucket)
]

# An attribute of a resource names a bucket.
points(c, attribute, bucket) if {
	c.change.after[attribute] == bucket.change.after.bucket
	not blank(bucket.change.after.bucket)
}

points(c, attribute, bucket) if {
	object.get(c, "module_address", "") == object.get(bucket, "module_address", "")
	same_instance(c, bucket)
	some node in configured
	node.type == c.type
	node.name == c.name
	some reference in node.expressions[attribute].references
	reference == concat(".", [bucket.type, bucket.name])
}

same_instance(_, bucket) if not has_index(bucket)

same_instance(c, bucket) if c.index == bucket.index

has_index(r) if not blank(object.get(r, "index", null))

configured := [node |
	walk(object.get(input, "configuration", {}), [_, node])
	is_object(node)
	node.expressions
]

# A policy document as an object; undefined where it is known only after the apply, or is no JSON.
document(text) := found if {
	is_string(text)
	json.is_valid(text)
	found := json.unmarshal(text)
}

statements(text) := list(document(text).Statement)

everyone(statement) if statement.Principal == "*"

everyone(statement) if {
	some who in list(statement.Principal.AWS)
	who == "*"
}

finding(r, text) := {"msg": concat(" ", [r.address, text]), "resource": r.address}
