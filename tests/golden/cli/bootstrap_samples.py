"""Steps of the bootstrap, made up."""

from cellwright.app.bootstrap.sequence import StepReport
from cellwright.app.bootstrap.step import Look, Standing
from cellwright.model.diagnostic import warning

REPORTS = (
    StepReport(
        name="accounts",
        title="The accounts of the fleet, a file each",
        look=Look(
            standing=Standing.DONE,
            says=("accounts: prod-use1, tools",),
            findings=(
                warning(
                    "account prod-euw1 (444455556666) can't be reached by"
                    " arn:aws:iam::444455556666:role/OrganizationAccountAccessRole: AccessDenied",
                    "make that role there, or name another with --set accounts.role=NAME",
                ),
            ),
        ),
    ),
    StepReport(
        name="state",
        title="A bucket for Terraform's states, with its key",
        look=Look(
            standing=Standing.TO_DO,
            says=(
                "make the bucket medloop-state-111122223333 in us-east-1: versioned, private, with a key",
                "move these states from this machine into it: bootstrap/tools/state",
            ),
        ),
        did=("applied bootstrap/tools/state", "states moved into medloop-state-111122223333: 1"),
        taken=True,
    ),
    StepReport(
        name="ledger",
        title="A ledger for everybody",
        look=Look(standing=Standing.UNWANTED, says=("it stays on this machine",)),
    ),
    StepReport(
        name="jenkins",
        title="Jenkins",
        look=Look(standing=Standing.WAITS, says=("for the network of the tools",)),
    ),
)
