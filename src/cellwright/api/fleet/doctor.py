"""What was looked at, as JSON."""

from cellwright.app.doctor.report import Report
from cellwright.model.value import Json


def report(found: Report) -> Json:
    """`doctor`: each line; `standing` is well, doubtful, broken or skipped."""
    return {
        "broken": found.broken,
        "lines": [
            {
                "topic": item.topic,
                "standing": item.standing.value,
                "told": item.told,
                "advice": item.advice or None,
            }
            for item in found.lines
        ],
    }
