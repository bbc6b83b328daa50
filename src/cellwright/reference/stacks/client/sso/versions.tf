terraform {
  required_version = ">= 1.9"

  required_providers {
    okta = {
      source  = "okta/okta"
      version = ">= 5.1, < 6.0"
    }
  }
}

provider "okta" {
  # Which organisation, and who may do this, says the environment: OKTA_ORG_NAME, OKTA_BASE_URL and OKTA_API_TOKEN.
}
