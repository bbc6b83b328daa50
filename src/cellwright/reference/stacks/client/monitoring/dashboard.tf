# A dashboard's tags may name teams only, so its title and description say whose it is.
resource "datadog_dashboard" "this" {
  title       = "client-${var.name}"
  description = "${var.name} in ${var.tags["Cell"]} of ${var.tags["Fleet"]}; kept by ${var.tags["ManagedBy"]}, changes by hand are undone."
  layout_type = "ordered"

  widget {
    service_level_objective_definition {
      title             = "All copies of the app run"
      view_type         = "detail"
      view_mode         = "overall"
      slo_id            = datadog_service_level_objective.availability.id
      show_error_budget = true
      time_windows      = ["7d", "30d"]
    }
  }

  widget {
    timeseries_definition {
      title     = "Copies: asked for and running"
      live_span = "1d"

      request {
        q            = "avg:aws.ecs.service.desired{${local.app_scope}}"
        display_type = "line"
      }

      request {
        q            = "avg:aws.ecs.service.running{${local.app_scope}}"
        display_type = "area"
      }
    }
  }

  dynamic "widget" {
    for_each = local.monitors

    content {
      alert_graph_definition {
        title     = widget.value.title
        alert_id  = datadog_monitor.this[widget.key].id
        viz_type  = "timeseries"
        live_span = "1d"
      }
    }
  }
}
