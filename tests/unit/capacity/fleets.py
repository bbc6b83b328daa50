"""A fleet with places of different sizes and labels."""

from pathlib import Path

from cellwright.fleet.fleet import Fleet
from unit.fleet.workbench import contract, load

FLEET = """
    fleet: test
    capacity: {few: 2}
    levels:
      - name: base
        cells: accounts
        stacks:
          network: {source: any, uses: {vpc_blocks: 1, subnets: {count: 3, each: a}}}
      - name: utility
        cells: accounts
        stacks:
          ecs: {source: any}
      - name: client
        cells: clients
        placement: account
        stacks:
          app:
            source: app
            uses: {vpc_blocks: {when: cidr}, subnets: {count: 2, each: zones, when: cidr}, roles: 2}
          sftp: {source: any, enabled: false, uses: {elastic_ips: 2}}
    """
APP = contract({"cidr": "?string", "zones": "?list(string)", "flag": "?any"})
ACCOUNTS = {
    "accounts/one.yaml": "{region: us, tier: standard, stacks: {network: {a: [x, y]}}}\n",
    "accounts/two.yaml": "{region: eu, tier: [standard, gold], capacity: {vpc_blocks: 50}}\n",
}


def fleet_of(tmp_path: Path, files: dict[str, str], fleet: str = FLEET) -> Fleet:
    return load(tmp_path, {"fleet.yaml": fleet, **ACCOUNTS, **files}, {"app": APP})


def client(place: str, block: int | None = None, **more: object) -> str:
    settings = {"zones": ["a", "b"], **({} if block is None else {"cidr": f"10.0.{block}.0/24"}), **more}
    return f"account: {place}\nstacks: {{app: {settings}}}\n"
