output "repository_urls" {
  description = "Where each image is pushed to and pulled from, by its name."
  value       = { for image, repository in aws_ecr_repository.image : image => repository.repository_url }
}

output "repository_arns" {
  description = "The repositories, for the policies of who pushes."
  value       = { for image, repository in aws_ecr_repository.image : image => repository.arn }
}

output "registry" {
  description = "The registry's host, for whoever signs in."
  value       = split("/", values(aws_ecr_repository.image)[0].repository_url)[0]
}
