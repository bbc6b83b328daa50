output "monitor_ids" {
  description = "The monitors, by what they watch."
  value       = { for key, monitor in datadog_monitor.this : key => monitor.id }
}

output "objective_id" {
  description = "The service level objective."
  value       = datadog_service_level_objective.availability.id
}

output "dashboard_url" {
  description = "The dashboard's path on Datadog's site."
  value       = datadog_dashboard.this.url
}
