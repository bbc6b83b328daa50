terraform {
  required_providers {
    aws     = { source = "hashicorp/aws", version = ">= 5.0, < 6.0" }
    datadog = { "source" = "DataDog/datadog" }
    okta    = "~> 4.0"
    plain   = { version = null }
    vault = {
      source  = "registry.example.com/hashicorp/vault"
      version = "4.2.0"
    }
  }
}

provider "consul" {}

provider "aws" { alias = "west" }

resource "random_id" "x" { byte_length = 4 }

resource "aws_s3_bucket" "x" { provider = aws.west }

resource "google_thing" "x" { provider = google-beta }

data "legacy_thing" "x" { provider = "older.alias" }

resource "terraform_data" "x" {}

data "terraform_remote_state" "x" { backend = "local" }
