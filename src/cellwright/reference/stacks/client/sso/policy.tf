resource "okta_app_signon_policy" "this" {
  name        = "client-${var.name}"
  description = "Who may sign in to the app of ${var.name}, and how"

  # The rule that Okta ends every policy with refuses: whoever no rule below lets in, stays outside.
  catch_all = false
}

resource "okta_app_signon_policy_rule" "members" {
  policy_id = okta_app_signon_policy.this.id
  name      = "Members, with two factors"
  priority  = 1
  status    = "ACTIVE"

  groups_included    = [for group in okta_group.this : group.id]
  network_connection = length(var.network_zone_ids) == 0 ? "ANYWHERE" : "ZONE"
  network_includes   = length(var.network_zone_ids) == 0 ? null : var.network_zone_ids

  access                      = "ALLOW"
  type                        = "ASSURANCE"
  factor_mode                 = "2FA"
  re_authentication_frequency = var.reauthenticate_after
  inactivity_period           = var.idle_after

  constraints = var.phishing_resistant ? [
    jsonencode({
      possession = {
        deviceBound       = "REQUIRED"
        phishingResistant = "REQUIRED"
      }
    })
  ] : null
}
