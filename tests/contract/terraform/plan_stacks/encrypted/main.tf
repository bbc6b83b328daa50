terraform {
  encryption {
    key_provider "pbkdf2" "key" {
      passphrase    = "correct horse battery staple"
      hash_function = "sha256" # the cheapest that is allowed
      iterations    = 200000
    }
    method "aes_gcm" "method" { keys = key_provider.pbkdf2.key }
    plan {
      method   = method.aes_gcm.method
      enforced = true
    }
  }
}
resource "terraform_data" "x" {}
