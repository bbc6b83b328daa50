# What the rules of this pack ask of Terraform's plan. Nothing here denies anything.
package hipaa.plan

import rego.v1

# All changes; those that Terraform puts off until more is known are among them.
changes := object.get(input, "resource_changes", [])

# Managed resources that will be there once the plan is applied, whether it changes them or not.
standing := [r |
	some r in changes
	r.mode == "managed"
	not goes(r)
]

# Managed resources that the plan removes, or removes and makes anew, or no longer looks after.
lost := [r |
	some r in changes
	r.mode == "managed"
	some action in blocks(r.change, "actions")
	action in {"delete", "forget"}
]

goes(r) if r.change.actions == ["delete"]

goes(r) if r.change.actions == ["forget"]

# What happens to a resource that is lost.
fate(r) := "replaced" if {
	"create" in r.change.actions
} else := "forgotten, and no longer looked after" if {
	"forget" in r.change.actions
} else := "destroyed"

of_type(kind) := [r | some r in standing; r.type == kind]

of_types(kinds) := [r | some r in standing; r.type in kinds]

# An attribute has a value, or will have one that the source names and that is known only after the apply. What
# nobody wrote, the provider fills in: that is not given.
given(r, key) if {
	value := r.change.after[key]
	not blank(value)
	chosen(r, key)
}

given(r, key) if pending(r, key)

unknown(r, key) if r.change.after_unknown[key] == true

# Known only after the apply, from something that this stack makes or reads.
pending(r, key) if {
	unknown(r, key)
	some node in nodes(r)
	some reference in references(fields(node.expressions, key))
	may_be_late(r, reference)
}

# The stack's own variables are known before the plan; a module's need not be.
may_be_late(_, reference) if not startswith(reference, "var.")

may_be_late(r, _) if in_module(r)

# The source writes the attribute, and not as null. Without the source in the plan, nothing can be told.
chosen(r, _) if count(nodes(r)) == 0

chosen(r, key) if {
	some node in nodes(r)
	says(r, node.expressions[key])
}

# A block that a `dynamic` makes is no expression of the source; but nobody else makes one.
chosen(r, key) if {
	some block in blocks(r.change.after, key)
	is_object(block)
}

says(_, expression) if is_array(expression)

says(_, expression) if {
	is_object(expression)
	not blank(object.get(expression, "constant_value", null))
}

says(r, expression) if {
	some reference in references(expression)
	not null_variable(r, reference)
}

references(expression) := blocks(expression, "references")

null_variable(r, reference) if {
	not in_module(r)
	parts := split(reference, ".")
	parts[0] == "var"
	variable := input.variables[parts[1]]
	object.get(variable, "value", null) == null
}

in_module(r) if object.get(r, "module_address", "") != ""

# A resource as the stack's source declares it.
nodes(r) := [node |
	some node in configured
	node.type == r.type
	node.name == r.name
]

configured := [node |
	walk(object.get(input, "configuration", {}), [_, node])
	is_object(node)
	node.mode in {"managed", "data"}
]

blank(value) if value == null

blank(value) if value == ""

blank(value) if value == []

# Terraform writes a block as a list of objects; none where there is no list.
blocks(holder, key) := found if {
	found := holder[key]
	is_array(found)
} else := []

# An object in an object; empty where there is none.
fields(holder, key) := found if {
	found := holder[key]
	is_object(found)
} else := {}

# A text; empty where there is none.
text(holder, key) := found if {
	found := holder[key]
	is_string(found)
} else := ""

# AWS takes a single value for a list of one.
values(holder, key) := list(found) if {
	found := holder[key]
	found != null
} else := []

list(value) := value if {
	is_array(value)
} else := [value]

# Resources of a kind that belong to another resource: by its name, or by what the stack's source refers to.
companions(bucket, kind) := [c |
	some c in of_type(kind)
	points(c, "bucket", bucket)
]

# An attribute of a resource names a bucket.
points(c, attribute, bucket) if {
	name := bucket.change.after.bucket
	not blank(name)
	c.change.after[attribute] == name
}

points(c, attribute, other) if refers(c, attribute, other)

# An attribute of a resource refers to another one in the source.
refers(c, attribute, other) if {
	object.get(c, "module_address", "") == object.get(other, "module_address", "")
	same_instance(c, other)
	some node in nodes(c)
	some reference in references(fields(node.expressions, attribute))
	reference == concat(".", [other.type, other.name])
}

same_instance(_, other) if not has_index(other)

same_instance(c, other) if c.index == other.index

has_index(r) if not blank(object.get(r, "index", null))

# Switches are written as true and as texts.
on(holder, key) if holder[key] == true

on(holder, key) if lower(text(holder, key)) in {"true", "1", "on", "enabled"}

finding(r, text) := {"msg": concat(" ", [r.address, text]), "resource": r.address}
