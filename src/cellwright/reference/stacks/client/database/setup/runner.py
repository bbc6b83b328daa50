"""Run the task that sets the database up, wait for its end, and fail if it failed.

Terraform can make a task's definition, and has nothing that runs one and waits: it calls this function.
"""

from typing import Any

import boto3

ECS = boto3.client("ecs")
LONGEST = {"Delay": 5, "MaxAttempts": 150}


def handler(request: dict[str, Any], _context: object) -> dict[str, str]:
    """Run the task that is asked for; gives its ARN."""
    cluster = request["cluster"]
    started = ECS.run_task(
        cluster=cluster,
        taskDefinition=request["task_definition"],
        launchType="FARGATE",
        startedBy="database-setup",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": request["subnets"],
                "securityGroups": request["security_groups"],
                "assignPublicIp": "DISABLED",
            }
        },
    )
    if not started["tasks"]:
        raise RuntimeError(f"ECS didn't start the task that sets the database up: {started['failures']}")
    task = started["tasks"][0]["taskArn"]
    ECS.get_waiter("tasks_stopped").wait(cluster=cluster, tasks=[task], WaiterConfig=LONGEST)
    (ended,) = ECS.describe_tasks(cluster=cluster, tasks=[task])["tasks"]
    codes = [container.get("exitCode") for container in ended["containers"]]
    if any(code != 0 for code in codes):
        reasons = [
            ended.get("stoppedReason"),
            *(container.get("reason") for container in ended["containers"]),
        ]
        said = "; ".join(reason for reason in reasons if reason)
        raise RuntimeError(
            f"the database was not set up (exit codes {codes}): {said}. "
            f"The log group {request['log_group']} has what psql said, in the stream of {task}"
        )
    return {"task": task}
