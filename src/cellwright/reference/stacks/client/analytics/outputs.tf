output "database" {
  description = "The client's database in the catalogue."
  value       = aws_glue_catalog_database.this.name
}

output "workgroup" {
  description = "The workgroup in which queries run."
  value       = aws_athena_workgroup.this.name
}

output "results_bucket" {
  description = "The bucket of their results."
  value       = aws_s3_bucket.results.id
}

output "security_configuration" {
  description = "How Glue encrypts what it writes; jobs of this client take it too."
  value       = aws_glue_security_configuration.this.name
}

output "analyst_role_arn" {
  description = "The role of an analyst; null if nobody may take it."
  value       = length(var.analyst_principals) == 0 ? null : aws_iam_role.analyst[0].arn
}
