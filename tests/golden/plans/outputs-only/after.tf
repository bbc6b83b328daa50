output "kept" {
  value = 1
}

output "changed" {
  value = "b"
}

output "new" {
  value = null
}
