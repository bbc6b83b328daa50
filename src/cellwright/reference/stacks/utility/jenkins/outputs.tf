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
  description = "The secret that holds the password of the local user admin; null where people sign in elsewhere."
  value       = one(aws_secretsmanager_secret.admin[*].arn)
}

output "git_secret_arn" {
  description = "The secret into which the git server's user name and token are put."
  value       = aws_secretsmanager_secret.git.arn
}

output "log_group" {
  description = "Where the controller and agents write."
  value       = aws_cloudwatch_log_group.this.name
}

output "sign_in_secret_arn" {
  description = "The secret into which the client secret of the sign-in is put; null without one."
  value       = one(aws_secretsmanager_secret.sign_in[*].arn)
}

output "check_role_arn" {
  description = "The role of the agents that check pull requests."
  value       = aws_iam_role.check.arn
}
