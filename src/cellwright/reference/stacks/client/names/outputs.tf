output "hosts" {
  description = "The names; client/app takes them as `hosts`, and the load balancer leads to it by them."
  value       = sort(keys(var.names))
}

output "records" {
  description = "The records that have to be made where a name's zone is not at hand: the proof for its certificate, and what leads to the load balancer."
  value = {
    for name, given in var.names : name => {
      proof  = { name = local.proofs[name].resource_record_name, type = local.proofs[name].resource_record_type, value = local.proofs[name].resource_record_value }
      target = { name = name, type = "CNAME", value = var.load_balancer_dns_name }
    } if given.zone_id == null
  }
}

output "waiting" {
  description = "The names whose records are still to be made: the listener has no certificate for them yet."
  value       = sort(setsubtract(keys(var.names), keys(local.ready)))
}

output "certificate_arns" {
  description = "The certificates, by their names."
  value       = { for name, certificate in aws_acm_certificate.this : name => certificate.arn }
}
