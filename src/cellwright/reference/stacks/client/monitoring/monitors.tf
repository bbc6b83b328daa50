# What is watched. The metrics are those of Datadog's AWS integration: no agent has to run beside the app.
locals {
  gib = 1024 * 1024 * 1024

  candidates = {
    copies = {
      watched          = true
      title            = "fewer copies of the app run than asked for"
      advice           = "Look at the service's events in ECS: it says why copies do not start or stay."
      query            = "min(last_15m):avg:aws.ecs.service.desired{${local.app_scope}} - avg:aws.ecs.service.running{${local.app_scope}}"
      sign             = ">="
      limit            = 1
      alarm_on_silence = true
    }

    app_cpu = {
      watched          = true
      title            = "the app's processor is busy"
      advice           = "Raise `replicas` or `size.cpu` of the client's app, or find what keeps it busy."
      query            = "avg(last_15m):avg:aws.ecs.cpuutilization{${local.app_scope}}"
      sign             = ">"
      limit            = var.limits.app_cpu
      alarm_on_silence = false
    }

    app_memory = {
      watched          = true
      title            = "the app's memory runs out"
      advice           = "Raise `size.memory` of the client's app: ECS kills a copy that wants more than it has."
      query            = "avg(last_15m):avg:aws.ecs.memory_utilization{${local.app_scope}}"
      sign             = ">"
      limit            = var.limits.app_memory
      alarm_on_silence = false
    }

    server_errors = {
      watched          = local.target_group != ""
      title            = "the app answers with errors of its own"
      advice           = "Look at the app's log group for what it says beside each 5xx."
      query            = "sum(last_15m):sum:aws.applicationelb.httpcode_target_5xx{${local.target_scope}}.as_count()"
      sign             = ">"
      limit            = var.limits.server_errors
      alarm_on_silence = false
    }

    response_seconds = {
      watched          = local.target_group != ""
      title            = "the app answers slowly"
      advice           = "See whether the app's processor or its database is busy at the same time."
      query            = "avg(last_15m):avg:aws.applicationelb.target_response_time.average{${local.target_scope}}"
      sign             = ">"
      limit            = var.limits.response_seconds
      alarm_on_silence = false
    }

    database_cpu = {
      watched          = local.database != ""
      title            = "the database's processor is busy"
      advice           = "Performance Insights shows which statements keep it busy; else take a larger class."
      query            = "avg(last_30m):avg:aws.rds.cpuutilization{${local.database_scope}}"
      sign             = ">"
      limit            = var.limits.database_cpu
      alarm_on_silence = false
    }

    free_storage = {
      watched          = local.database != ""
      title            = "the database's storage runs out"
      advice           = "Raise the client's storage before it is full: a full database stops."
      query            = "avg(last_15m):avg:aws.rds.free_storage_space{${local.database_scope}}"
      sign             = "<"
      limit            = var.limits.free_storage_gib * local.gib
      alarm_on_silence = true
    }
  }
}
