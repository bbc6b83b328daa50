terraform {
  required_version = ">= 1.9"

  required_providers {
    vault = {
      source  = "hashicorp/vault"
      version = ">= 4.8, < 5.0"
    }
  }
}

provider "vault" {
  # Who may do this says the environment: VAULT_TOKEN, and VAULT_CACERT for a certificate of one's own authority.
  address = var.address
}
