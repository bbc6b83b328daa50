# TLS up to the task, for an image that speaks plain HTTP: nginx runs beside the app, takes TLS and hands what was in it
# to the app over the copy's own loopback, which no network carries. The load balancer does not look at certificates of
# its targets, so each copy makes a key and a certificate of its own when it starts: nobody hands them out, nobody renews
# them, and they are gone with the copy.
locals {
  open_container = var.tls_proxy == null ? "app" : "tls"
  open_port      = var.tls_proxy == null ? var.port : var.tls_proxy.port

  tls_containers = [for proxy in var.tls_proxy[*] : {
    name         = "tls"
    image        = proxy.image
    essential    = true
    entryPoint   = ["/bin/sh", "-euc"]
    command      = [templatefile("${path.module}/tls.sh.tftpl", { name = var.name, port = proxy.port, app_port = var.port })]
    dependsOn    = [{ containerName = "app", condition = "START" }]
    portMappings = [{ containerPort = proxy.port, hostPort = proxy.port, protocol = "tcp" }]

    # The key is written to the copy's own disk, which AWS encrypts: Fargate has no other place that lasts no longer.
    readonlyRootFilesystem = false

    logConfiguration = merge(local.log, { options = merge(local.log.options, { awslogs-stream-prefix = "tls" }) })
  }]
}
