"""Whether the server is alive; asked by whoever watches it, without signing in."""

from fastapi import APIRouter

router = APIRouter()


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Say that the process answers; looks at nothing else."""
    return {"status": "ok"}
