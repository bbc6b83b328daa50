output "detector_id" {
  description = "GuardDuty's detector of the administering account."
  value       = aws_guardduty_detector.this.id
}

output "aggregator_arn" {
  description = "Where all accounts' configuration and its judgement come together."
  value       = aws_config_configuration_aggregator.this.arn
}
