output "zone_id" {
  description = "The zone, for records and for the proof that a certificate's name is ours."
  value       = aws_route53_zone.this.zone_id
}

output "zone_name" {
  description = "Its name."
  value       = aws_route53_zone.this.name
}

output "name_servers" {
  description = "Who answers for it. Whoever holds the zone above enters them there, as an NS record of this zone's name."
  value       = aws_route53_zone.this.name_servers
}
