"""What people do by hand with one unit: commands of Terraform, locks that are in the way, its outputs."""
