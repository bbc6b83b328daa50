terraform {
  required_version = ">= 1.9"

  required_providers {
    datadog = {
      source  = "DataDog/datadog"
      version = ">= 3.30, < 4.0"
    }
  }
}

provider "datadog" {
  # Who may do this says the environment: DD_API_KEY, DD_APP_KEY, and DD_HOST for another site than the first.
}
