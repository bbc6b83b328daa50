output "kept" {
  value = 1
}

output "changed" {
  value = "a"
}

output "gone" {
  value = true
}
