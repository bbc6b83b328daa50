# METADATA
# title: Tags say whose each resource is
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
	missing := [name |
		some name in required
		plan.blank(object.get(tags, name, null))
		not known_later(r, name)
	]
	count(missing) > 0
}

# What has to be equal to what the unit is.
same := {"Cell": "cell", "Fleet": "fleet", "Level": "level", "Stack": "stack"}

deny contains plan.finding(r, sprintf("is tagged with another %s: %s", [key, value])) if {
	some r in plan.standing
	tags := tags_of(r)
	some name, key in same
	value := tags[name]
	not plan.blank(value)
	value != input.cellwright[key]
}

# Undefined for what can't be tagged, and for tags that are known only after the apply.
tags_of(r) := {} if {
	r.change.after.tags_all == null
}

tags_of(r) := r.change.after.tags_all if is_object(r.change.after.tags_all)

known_later(r, name) if r.change.after_unknown.tags_all[name] == true

warn contains plan.finding(r, "has tags that only the apply will tell; they are judged at the next plan") if {
	some r in plan.standing
	late_tags(r)
}

late_tags(r) if plan.unknown(r, "tags_all")

late_tags(r) if {
	some name in required
	known_later(r, name)
}
