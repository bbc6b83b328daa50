locals {
  configuration = {
    datacenter       = var.name
    server           = true
    bootstrap_expect = max(var.replicas, 1)
    retry_join       = [local.host]
    data_dir         = "/consul/data"
    bind_addr        = "{{ GetPrivateIP }}"
    client_addr      = "0.0.0.0"
    log_json         = true

    # A server that stops says goodbye, so that the others don't count it any more.
    leave_on_terminate = true
    autopilot          = { cleanup_dead_servers = true }

    # Nothing without TLS, nothing between data centers.
    ports = { http = -1, https = 8501, grpc = -1, grpc_tls = 8503, dns = 8600, serf_wan = -1 }

    tls = {
      defaults = {
        ca_file         = "/consul/config/ca.pem"
        cert_file       = "/consul/config/certificate.pem"
        key_file        = "/consul/config/key.pem"
        verify_incoming = true
        verify_outgoing = true
        tls_min_version = "TLSv1_2"
      }

      # Users have tokens rather than certificates, and agents ask here for theirs.
      https        = { verify_incoming = false }
      grpc         = { verify_incoming = false }
      internal_rpc = { verify_server_hostname = true }
    }

    auto_encrypt = { allow_tls = true }
    connect      = { enabled = true }
    ui_config    = { enabled = true }

    acl = {
      enabled                  = true
      default_policy           = "deny"
      enable_token_persistence = true
    }
  }

  # Consul reads files, ECS hands over variables: a first container turns the one into the other, for Consul's own
  # user alone. A host's whole name has dots, with which DNS would not find it as a node.
  write_files = <<-EOT
    set -eu
    umask 077
    cd /consul/config
    printf '%s' "$CONFIGURATION" > consul.json
    printf '{"node_name": "%s"}' "$(hostname | cut -d. -f1)" > node.json
    printf '{"encrypt": "%s", "acl": {"tokens": {"initial_management": "%s"}}}' "$GOSSIP" "$TOKEN" > secrets.json
    printf '%s\n' "$CA" > ca.pem
    printf '%s\n' "$CERTIFICATE" > certificate.pem
    printf '%s\n' "$KEY" > key.pem
    chown -R 100:1000 /consul/config /consul/data
  EOT

  # A snapshot that fails is tried again an hour later; the log says so.
  keep_snapshots = <<-EOT
    export CONSUL_HTTP_ADDR="https://$(hostname -i):8501"
    while true; do
      sleep 3600
      consul snapshot save "/snapshots/$(date -u +%Y%m%dT%H%M)-$(hostname).snap" || echo "no snapshot was saved"
      find /snapshots -name '*.snap' -mtime +${var.snapshot_days} -delete
    done
  EOT

  ask_for_leader = "curl --silent --fail --cacert /consul/config/ca.pem --connect-to ${local.host}:8501:$(hostname -i):8501 ${local.address}/v1/status/leader"
}
