# METADATA
# title: Everything says whose it is
# custom:
#   clause: 45 CFR 164.310(d)(2)(iii)
#   advice: set them with `default_tags` in the stack's provider
package hipaa.tags

import data.hipaa.plan
import rego.v1

required := ["Client", "Cell", "Fleet", "Level", "Stack", "ManagedBy"]

deny contains plan.finding(r, sprintf("lacks the tags %s", [concat(", ", missing)])) if {
	some r in plan.standing
	tags := tags_of(r)
	missing := [name | some name in required; plan.blank(object.get(tags, name, null))]
	count(missing) > 0
}

deny contains plan.finding(r, sprintf("is tagged with another cell: %s", [cell])) if {
	some r in plan.standing
	cell := tags_of(r).Cell
	not plan.blank(cell)
	cell != input.cellwright.cell
}

# Undefined for what can't be tagged, and for tags that are known only after the apply.
tags_of(r) := {} if {
	r.change.after.tags_all == null
}

tags_of(r) := r.change.after.tags_all if is_object(r.change.after.tags_all)
