"""Which program is used, for settings of each kind on a machine that has this or that."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.model.binary import PRODUCTS, BinarySettings, Product
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.binary import Binary, BinaryMissingError
from cellwright.terraform.install.choice import BinaryChooser
from cellwright.terraform.install.fetch.known_releases import NEWEST_PATCH
from cellwright.terraform.install.fetch.policy import FetchPolicy
from cellwright.terraform.install.fetch.product_releases import RELEASES
from cellwright.terraform.install.fetch.store import Store
from unit.terraform.release_server import ReleaseServer, program, serving

NEWEST = {product: "{}.{}".format(*next(iter(minors.items()))) for product, minors in NEWEST_PATCH.items()}


class Machine:
    """A machine with programs on its PATH and a server with releases that it reaches."""

    def __init__(self, folder: Path, server: ReleaseServer) -> None:
        self.folder = folder
        self.server = server
        self.said: list[str] = []
        self.environment = {"PATH": str(folder / "bin"), "HOME": str(folder)}
        self.releases = {product: server.releases(product) for product in RELEASES}
        self.forbidden_by: str | None = None

    def install(self, name: str, product: Product, version: str) -> None:
        self._write(self.folder / "bin" / name, program(product, version))

    def keep(self, product: Product, version: str, says: str | None = None) -> Path:
        """Put a version into the store, as if fetched earlier."""
        path = Store.of(self.environment).path(product, version)
        self._write(path, program(product, says or version))
        return path

    def _write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    @property
    def chooser(self) -> BinaryChooser:
        policy = FetchPolicy(forbidden_by=self.forbidden_by, releases=self.releases)
        return BinaryChooser(environment=self.environment, policy=policy, notice=self.said.append)

    def choose(
        self, name: str | None = None, product: Product | None = None, version: str | None = None
    ) -> Binary:
        return self.chooser.choose(BinarySettings(name, product, version))

    def refuse(self, *wanted: str | None) -> DiagnosticError:
        with pytest.raises(DiagnosticError) as caught:
            self.choose(*wanted)  # type: ignore[arg-type]
        return caught.value


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with serving(tmp_path) as server:
        yield Machine(tmp_path, server)


def is_(binary: Binary) -> tuple[Product, str, str]:
    """Its product and version, and where it was taken from."""
    return (
        binary.product,
        str(binary.version),
        "store" if "binaries" in binary.path.parts else binary.path.name,
    )


@pytest.mark.parametrize(
    ("on_path", "wanted", "used"),
    [
        # Nobody says which product: the first that is there.
        ({"terraform": "1.11.4", "tofu": "1.12.6"}, (None, None, None), ("terraform", "1.11.4", "terraform")),
        ({"tofu": "1.12.6"}, (None, None, None), ("tofu", "1.12.6", "tofu")),
        ({"tofu": "1.12.6"}, (None, None, ">= 1.12"), ("tofu", "1.12.6", "tofu")),
        # A product: its own name first.
        ({"terraform": "1.11.4", "tofu": "1.12.6"}, (None, "tofu", None), ("tofu", "1.12.6", "tofu")),
        (
            {"terraform": "1.11.4", "tofu": "1.12.6"},
            (None, "terraform", None),
            ("terraform", "1.11.4", "terraform"),
        ),
        # A name: that program.
        ({"terraform": "1.11.4", "tofu": "1.12.6"}, ("tofu", None, None), ("tofu", "1.12.6", "tofu")),
        (
            {"terraform": "1.11.4", "tofu": "1.12.6"},
            ("tofu", "tofu", "~> 1.12.0"),
            ("tofu", "1.12.6", "tofu"),
        ),
    ],
)
def test_what_is_on_the_path_and_fits_is_used_and_nothing_is_fetched(
    machine: Machine,
    on_path: dict[Product, str],
    wanted: tuple[str | None, Product | None, str | None],
    used: tuple[Product, str, str],
) -> None:
    for product, version in on_path.items():
        machine.install(product, product, version)

    assert is_(machine.choose(*wanted)) == used
    assert machine.server.asked == []
    assert machine.said == []


def test_a_program_is_what_it_says(machine: Machine) -> None:
    machine.install("terraform", "tofu", "1.12.6")

    assert is_(machine.choose(product="tofu")) == ("tofu", "1.12.6", "terraform")


@pytest.mark.parametrize(
    ("on_path", "wanted", "used"),
    [
        ({}, (None, None, None), ("tofu", NEWEST["tofu"])),
        ({}, (None, None, "~> 1.11.0"), ("tofu", "1.11.14")),
        ({}, (None, "tofu", None), ("tofu", NEWEST["tofu"])),
        ({}, (None, "terraform", None), ("terraform", NEWEST["terraform"])),
        ({}, (None, "terraform", ">= 1.11, < 1.12"), ("terraform", "1.11.4")),
        ({}, (None, "tofu", "1.10.3"), ("tofu", "1.10.3")),
        ({}, (None, "tofu", "= v1.10.3"), ("tofu", "1.10.3")),
        ({}, (None, "tofu", "1.10"), ("tofu", "1.10.0")),
        ({}, (None, "tofu", "1.99.7"), ("tofu", "1.99.7")),  # newer than the list
        ({}, (None, "tofu", "1.13.0-beta1"), ("tofu", "1.13.0-beta1")),
        # What is there is another product, or doesn't fit.
        ({"terraform": "1.11.4"}, (None, "tofu", None), ("tofu", NEWEST["tofu"])),
        ({"tofu": "1.12.6"}, (None, "terraform", None), ("terraform", NEWEST["terraform"])),
        ({"tofu": "1.12.6"}, (None, "tofu", "~> 1.11.0"), ("tofu", "1.11.14")),
        ({"tofu": "1.6.0"}, (None, "tofu", None), ("tofu", NEWEST["tofu"])),
    ],
)
def test_else_one_is_fetched(
    machine: Machine,
    on_path: dict[Product, str],
    wanted: tuple[str | None, Product | None, str | None],
    used: tuple[Product, str],
) -> None:
    for product, version in on_path.items():
        machine.install(product, product, version)
    machine.server.publish(*used)

    first = machine.choose(*wanted)
    asked = list(machine.server.asked)
    second = machine.choose(*wanted)

    assert first == second
    assert first.path == Store.of(machine.environment).path(*used)
    assert machine.server.asked == asked  # the second time it is there
    assert machine.said[0].startswith(f"fetching {PRODUCTS[used[0]]} {used[1]} from ")


def test_a_program_that_is_named_is_never_fetched(machine: Machine) -> None:
    machine.server.publish("tofu", NEWEST["tofu"])

    fault = machine.refuse("tofu", None, None)

    assert isinstance(fault, BinaryMissingError)
    assert fault.diagnostics[0].summary == "tofu is not on the PATH"
    assert fault.diagnostics[0].detail.endswith("with terraform.product instead of it, one is fetched")
    assert machine.server.asked == []


def test_a_program_that_is_not_the_product_asked_for(machine: Machine) -> None:
    machine.install("terraform", "terraform", "1.11.4")
    machine.server.publish("tofu", NEWEST["tofu"])

    assert "the settings ask for OpenTofu" in str(machine.refuse("terraform", "tofu"))
    assert machine.server.asked == []


def test_without_a_product_a_version_that_does_not_fit_moves_nothing_to_the_other(machine: Machine) -> None:
    machine.install("terraform", "terraform", "1.11.4")
    machine.install("tofu", "tofu", "1.12.6")

    fault = machine.refuse(None, None, ">= 1.12")

    assert "is Terraform 1.11.4; the settings ask for '>= 1.12'" in str(fault)
    assert fault.diagnostics[0].detail.endswith("with terraform.product set, one that fits is fetched")
    assert machine.server.asked == []


def test_a_constraint_that_no_known_release_fits(machine: Machine) -> None:
    summary = machine.refuse(None, "tofu", ">= 9").diagnostics[0].summary

    assert summary == "of the releases of OpenTofu that this Cellwright knows, none is '>= 9'"
    assert machine.server.asked == []


def test_a_version_that_is_too_old_is_not_fetched(machine: Machine) -> None:
    assert "needs Terraform 1.9 or newer" in str(machine.refuse(None, "terraform", "1.5.7"))
    assert machine.server.asked == []


def test_a_constraint_that_is_none(machine: Machine) -> None:
    fault = machine.refuse(None, "tofu", "newest")

    assert "'newest' is no version constraint" in str(fault)
    assert "terraform.version" in fault.diagnostics[0].detail


def test_without_a_network_the_newest_that_was_fetched_earlier_and_fits_is_used_and_named(
    machine: Machine,
) -> None:
    for version in ("1.11.2", "1.11.9", "1.12.0", "1.6.0"):
        machine.keep("tofu", version)
    machine.releases["tofu"] = replace(machine.releases["tofu"], address="http://127.0.0.1:1")

    assert is_(machine.choose(product="tofu", version="~> 1.11.0")) == ("tofu", "1.11.9", "store")

    assert machine.said[-1].startswith(
        "OpenTofu 1.11.9, fetched earlier, is used: OpenTofu 1.11.14 can't be fetched: "
    )
    assert machine.said[-1].endswith("Connection refused")


def test_without_a_network_and_with_nothing_that_fits(machine: Machine) -> None:
    machine.install("tofu", "tofu", "1.10.0")
    machine.keep("tofu", "1.10.1")
    machine.releases["tofu"] = replace(machine.releases["tofu"], address="http://127.0.0.1:1")

    first, second = machine.refuse(None, "tofu", "~> 1.11.0").diagnostics

    assert first.summary.startswith("OpenTofu 1.11.14 can't be fetched")
    assert "is OpenTofu 1.10.0; the" in second.summary  # why the one on the PATH is not used


def test_what_is_not_genuine_is_not_replaced_by_something_older(machine: Machine) -> None:
    machine.keep("tofu", "1.11.9")
    machine.server.publish("tofu", "1.11.14")
    machine.server.files[machine.server.path("SHA256SUMS")] += b"\n"

    assert "its signature is none of OpenTofu's" in str(machine.refuse(None, "tofu", "~> 1.11.0"))


def test_where_fetching_is_forbidden_what_is_there_is_used_and_named(machine: Machine) -> None:
    machine.keep("tofu", "1.11.9")
    machine.forbidden_by = "CELLWRIGHT_FETCH=off"

    assert is_(machine.choose(product="tofu")) == ("tofu", "1.11.9", "store")
    why = f"there is no OpenTofu {NEWEST['tofu']} here, and none is fetched: CELLWRIGHT_FETCH=off"
    assert machine.said == [f"OpenTofu 1.11.9, fetched earlier, is used: {why}"]


def test_where_fetching_is_forbidden_the_very_one_is_used_without_a_word(machine: Machine) -> None:
    machine.keep("tofu", "1.11.9")
    machine.forbidden_by = "CELLWRIGHT_FETCH=off"

    assert is_(machine.choose(product="tofu", version="1.11.9")) == ("tofu", "1.11.9", "store")
    assert machine.said == []


def test_what_was_fetched_earlier_and_is_too_old_is_not_used(machine: Machine) -> None:
    machine.keep("tofu", "1.6.0")
    machine.forbidden_by = "CELLWRIGHT_FETCH=off"

    assert isinstance(machine.refuse(), BinaryMissingError)


def test_where_fetching_is_forbidden_and_nothing_is_there(machine: Machine) -> None:
    machine.server.publish("tofu", NEWEST["tofu"])
    machine.forbidden_by = "CELLWRIGHT_FETCH=off"

    fault = machine.refuse()

    assert isinstance(fault, BinaryMissingError)
    assert "none is fetched: CELLWRIGHT_FETCH=off" in str(fault)
    assert fault.diagnostics[0].detail.startswith("install one yourself (opentofu.org/docs/intro/install)")
    assert machine.server.asked == []


def test_a_newer_one_that_was_named_exactly_before_fits_a_constraint_that_no_known_one_fits(
    machine: Machine,
) -> None:
    machine.keep("tofu", "1.99.7")

    assert is_(machine.choose(product="tofu", version=">= 1.99")) == ("tofu", "1.99.7", "store")


def test_a_fetched_program_must_be_what_its_release_says(machine: Machine) -> None:
    path = machine.keep("tofu", "1.12.1", says="1.12.0")

    fault = machine.refuse(None, "tofu", "1.12.1")
    assert "the OpenTofu 1.12.1 that was fetched says that it is 1.12.0" in str(fault)
    assert fault.diagnostics[0].detail.startswith(f"remove {path.parent} to fetch it again")

    path.write_text("#!/no/such/shell\n")
    assert "the OpenTofu 1.12.1 that was fetched can't be used: " in str(
        machine.refuse(None, "tofu", "1.12.1")
    )


@pytest.mark.parametrize(
    ("installed", "wanted", "expected"),
    [
        ({}, (None, None, None), ("tofu", "")),
        ({}, (None, "terraform", None), ("terraform", "")),
        ({}, (None, "tofu", "1.11.9"), ("tofu", "1.11.9")),  # it was fetched
        ({}, (None, "tofu", ">= 9"), ("tofu", "")),
        ({}, ("/opt/tofu-1.12", None, None), ("tofu", "")),
        ({}, ("/opt/program", None, None), ("terraform", "")),
        ({}, ("/opt/program", "tofu", None), ("tofu", "")),
        ({"terraform": "terraform", "tofu": "tofu"}, (None, None, None), ("terraform", "1.12.6")),
        ({"terraform": "terraform"}, ("terraform", None, "< 1.12"), ("terraform", "1.12.6")),  # a run says it
        ({"terraform": "tofu"}, (None, None, None), ("tofu", "1.12.6")),
        ({"terraform": "tofu"}, (None, "tofu", None), ("tofu", "1.12.6")),
        ({"tofu": "tofu"}, (None, None, None), ("tofu", "1.12.6")),
        ({"tofu": "tofu"}, (None, "tofu", "1.11.9"), ("tofu", "1.11.9")),
        ({"tofu": "tofu"}, (None, "terraform", None), ("terraform", "")),
    ],
)
def test_what_it_will_be_is_known_without_fetching(
    machine: Machine,
    installed: dict[str, Product],
    wanted: tuple[str | None, Product | None, str | None],
    expected: tuple[Product, str],
) -> None:
    machine.keep("tofu", "1.11.9")
    for name, product in installed.items():
        machine.install(name, product, "1.12.6")

    assert machine.chooser.expected(BinarySettings(*wanted)) == expected
    assert machine.server.asked == []
