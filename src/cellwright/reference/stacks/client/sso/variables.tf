variable "name" {
  description = "The client's name; names its application, groups and policy."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,26}[a-z0-9])?$", var.name))
    error_message = "A name has at most 28 lower-case letters, digits and inner hyphens: it becomes part of other names that have limits of their own."
  }
}

variable "tags" {
  description = "Who this belongs to, and what manages it; kept in the application's profile."
  type        = map(string)

  validation {
    condition = alltrue([
      for key in ["Client", "Cell", "Fleet", "Level", "Stack", "ManagedBy"] : contains(keys(var.tags), key)
    ])
    error_message = "The tags Client, Cell, Fleet, Level, Stack and ManagedBy have to be there."
  }
}

variable "redirect_uris" {
  description = "Where Okta may send people back to after they signed in."
  type        = list(string)

  validation {
    condition     = length(var.redirect_uris) >= 1 && alltrue([for uri in var.redirect_uris : can(regex("^https://[^*#]+$", uri))])
    error_message = "At least one, each an https:// address without wildcard and fragment."
  }
}

variable "post_logout_redirect_uris" {
  description = "Where Okta may send people back to after they signed out."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for uri in var.post_logout_redirect_uris : can(regex("^https://[^*#]+$", uri))])
    error_message = "Each an https:// address without wildcard and fragment."
  }
}

variable "jwks_uri" {
  description = "Where the app publishes its public keys, by which it proves who it is; null: by a secret that Okta makes and nobody but its administrators sees."
  type        = string
  default     = null

  validation {
    condition     = var.jwks_uri == null ? true : can(regex("^https://", var.jwks_uri))
    error_message = "An https:// address."
  }
}

variable "groups" {
  description = "The groups of people who may use the app, with what they are for."
  type        = map(string)
  default = {
    admins = "Administrate the app"
    users  = "Use the app"
  }

  validation {
    condition     = length(var.groups) >= 1 && alltrue([for group in keys(var.groups) : can(regex("^[a-z][a-z0-9]*$", group))])
    error_message = "At least one; a group is named with lower-case letters and digits, without hyphens: the client's name may have some, and the two could not be told apart."
  }
}

variable "groups_claim" {
  description = "The claim of the ID token that lists to which of these groups somebody belongs; null: none, as Okta demands where Terraform signs in by OAuth 2.0."
  type        = string
  default     = "groups"
}

variable "reauthenticate_after" {
  description = "After how long people have to sign in again, whatever they do (ISO 8601)."
  type        = string
  default     = "PT8H"

  validation {
    condition     = can(regex("^PT(?:0S|[0-9]+H|[0-9]+M|[0-9]+H[0-9]+M)$", var.reauthenticate_after))
    error_message = "Hours and minutes, such as PT8H or PT1H30M; PT0S: at every access."
  }
}

variable "idle_after" {
  description = "After how long without a sign of life people have to sign in again (ISO 8601)."
  type        = string
  default     = "PT15M"

  validation {
    condition     = can(regex("^PT(?:[0-9]+H|[0-9]+M|[0-9]+H[0-9]+M)$", var.idle_after))
    error_message = "Hours and minutes, such as PT15M or PT1H30M."
  }
}

variable "phishing_resistant" {
  description = "Whether the second factor has to be bound to a device and resist phishing (passkeys, FastPass, security keys)."
  type        = bool
  default     = true
}

variable "network_zone_ids" {
  description = "Okta's network zones from which people may sign in; empty: from anywhere."
  type        = list(string)
  default     = []
}
