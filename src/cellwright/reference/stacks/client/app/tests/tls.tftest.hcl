mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/client-acme-app-execution" }
  }

  mock_resource "aws_ecs_task_definition" {
    defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/acme-app:1" }
  }

  mock_resource "aws_service_discovery_service" {
    defaults = { arn = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-0123456789abcdef" }
  }

  mock_resource "aws_lb_target_group" {
    defaults = {
      arn        = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/acme/0123456789abcdef"
      arn_suffix = "targetgroup/acme/0123456789abcdef"
    }
  }
}

variables {
  name                            = "acme"
  region                          = "us-east-1"
  image                           = "example.com/app:1.5.0"
  tls_proxy                       = { image = "public.ecr.aws/nginx/nginx-unprivileged:1.27" }
  allowed_cidrs                   = ["10.16.0.0/16"]
  kms_key_arn                     = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
  service_role_arn                = "arn:aws:iam::123456789012:role/client-acme-service"
  client_security_group_id        = "sg-0123456789abcdef0"
  cluster_arn                     = "arn:aws:ecs:us-east-1:123456789012:cluster/prod-use1"
  namespace_id                    = "ns-0123456789abcdef"
  namespace                       = "svc.prod-use1.internal"
  vpc_id                          = "vpc-0123456789abcdef0"
  subnet_ids                      = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  public_domain                   = "apps.example.com"
  listener_arn                    = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/prod-use1/0123456789abcdef/0123456789abcdef"
  load_balancer_dns_name          = "prod-use1-1234567890.us-east-1.elb.amazonaws.com"
  load_balancer_zone_id           = "Z35SXDOTRQ7X7K"
  load_balancer_security_group_id = "sg-0123456789abcdef1"

  tags = {
    Client    = "acme"
    Cell      = "acme"
    Fleet     = "medloop"
    Level     = "client"
    Stack     = "app"
    ManagedBy = "terraform"
  }
}

run "an_app_that_speaks_plain_http_is_reached_by_tls_alone" {
  command = apply # what a container is told is known then

  assert {
    condition     = aws_lb_target_group.this[0].protocol == "HTTPS" && aws_lb_target_group.this[0].port == 8443 && aws_lb_target_group.this[0].health_check[0].protocol == "HTTPS"
    error_message = "What the load balancer asks of the copies goes in clear."
  }

  assert {
    condition     = one(aws_ecs_service.this[0].load_balancer).container_name == "tls" && one(aws_ecs_service.this[0].load_balancer).container_port == 8443
    error_message = "The load balancer leads past the proxy."
  }

  assert {
    condition     = alltrue([for rule in concat(aws_vpc_security_group_ingress_rule.balancer, values(aws_vpc_security_group_ingress_rule.service)) : rule.from_port == 8443 && rule.to_port == 8443])
    error_message = "The app's own port, at which it speaks in clear, is open."
  }

  assert {
    condition     = [for container in jsondecode(aws_ecs_task_definition.this.container_definitions) : [container.name, container.essential]] == [["app", true], ["tls", true]]
    error_message = "A copy without its proxy, or a proxy without its app, would go on."
  }

  assert {
    condition = alltrue([for line in ["listen 8443 ssl;", "proxy_pass 127.0.0.1:8080;", "ssl_protocols TLSv1.2 TLSv1.3;", "-subj \"/CN=acme\""] :
      strcontains(jsondecode(aws_ecs_task_definition.this.container_definitions)[1].command[0], line)
    ])
    error_message = jsondecode(aws_ecs_task_definition.this.container_definitions)[1].command[0]
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.this.container_definitions)[1].logConfiguration.options.mode == "blocking" && jsondecode(aws_ecs_task_definition.this.container_definitions)[1].logConfiguration.options["awslogs-stream-prefix"] == "tls"
    error_message = "The proxy's log lies beside the app's."
  }
}

run "an_app_that_speaks_tls_needs_no_proxy" {
  command = apply

  variables {
    tls_proxy   = null
    port        = 9443
    autoscaling = { maximum = 4 }
  }

  assert {
    condition     = length(jsondecode(aws_ecs_task_definition.this.container_definitions)) == 1 && one(aws_ecs_service.scaled[0].load_balancer).container_name == "app" && one(aws_ecs_service.scaled[0].load_balancer).container_port == 9443
    error_message = "The load balancer leads to the app."
  }

  assert {
    condition     = aws_lb_target_group.this[0].protocol == "HTTPS" && aws_vpc_security_group_ingress_rule.balancer[0].from_port == 9443
    error_message = "The load balancer speaks TLS with it."
  }
}

run "a_proxy_and_plain_http_exclude_each_other" {
  command = plan

  variables {
    target_protocol = "HTTP"
  }

  expect_failures = [var.target_protocol]
}

run "two_containers_of_a_copy_have_two_ports" {
  command = plan

  variables {
    port = 8443
  }

  expect_failures = [var.tls_proxy]
}
