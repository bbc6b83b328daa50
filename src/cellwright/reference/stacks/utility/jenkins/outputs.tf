output "address" {
  description = "Where Jenkins is reached: by people through the load balancer, else by agents alone."
  value       = local.address
}

output "role_arn" {
  description = "The agents' role, which the deployers' roles of every account have to trust."
  value       = aws_iam_role.agent.arn
}

output "controller_role_arn" {
  description = "The controller's role, which starts agents and takes no other."
  value       = aws_iam_role.controller.arn
}

output "home_file_system_id" {
  description = "The file system that holds the controller's home."
  value       = aws_efs_file_system.home.id
}

output "security_group_id" {
  description = "The controller's security group."
  value       = aws_security_group.controller.id
}

output "agent_security_group_id" {
  description = "The agents' security group."
  value       = aws_security_group.agents.id
}

output "admin_secret_arn" {
  description = "The secret that holds the administrator's password."
  value       = aws_secretsmanager_secret.admin.arn
}

output "git_secret_arn" {
  description = "The secret into which the git server's user name and token are put."
  value       = aws_secretsmanager_secret.git.arn
}

output "log_group" {
  description = "Where the controller and agents write."
  value       = aws_cloudwatch_log_group.this.name
}
