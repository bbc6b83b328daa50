terraform {
  required_version = ">= 1.9"

  required_providers {
    consul = {
      source  = "hashicorp/consul"
      version = ">= 2.20, < 3.0"
    }
  }
}

provider "consul" {
  # Who may do this says the environment: CONSUL_HTTP_TOKEN, and CONSUL_CACERT for a certificate of one's own authority.
  address    = var.address
  datacenter = var.datacenter
  scheme     = "https"
}
