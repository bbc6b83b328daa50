"""The images of Jenkins and its agents: built and pushed where this machine has a container engine."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

from cellwright import __version__
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Look, Question, Standing, done, to_do, unwanted, waits
from cellwright.app.bootstrap.steps import registry
from cellwright.images.engine import ENGINES, Engine, find_engine
from cellwright.model.diagnostic import warning

FOLDERS = {"jenkins": "controller", "agent": "agent"}
"""Each image's folder among the files for Jenkins that Cellwright ships."""
_DIGITS = 8
_PLACE = ("ci", "jenkins")


@dataclass(frozen=True, slots=True)
class Images:
    """Builds what is not in the registry yet, and pushes it."""

    name: str = "images"
    title: str = "The images of Jenkins and its agents"

    def questions(self, site: Site) -> Sequence[Question]:
        """What builds them."""
        if site.answers.text("ci.kind") != "jenkins":
            return ()
        choices = ("auto", "none", *ENGINES)
        return (Question("images.engine", "What builds images on this machine", "auto", choices=choices),)

    def look(self, site: Site) -> Look:
        """Ask the registry which tags it has."""
        if site.answers.text("ci.kind") != "jenkins":
            return unwanted(f"{site.answers.text('ci.kind')} has its own runners and images")
        urls = _urls(site)
        if not urls:
            return waits("for step registry")
        missing = _missing(site, urls)
        if not missing:
            return done(*(f"{urls[image]}:{tag(image)}" for image in FOLDERS))
        if _engine(site) is None:
            return _by_hand(missing)
        return to_do(*(f"build and push {reference}" for reference in missing.values()))

    def act(self, site: Site) -> Sequence[str]:
        """Build and push, an image after the other."""
        engine = _engine(site)
        missing = _missing(site, _urls(site))
        if engine is None or not missing:
            return ()
        region = site.answers.text("region")
        user, password, registry_host = site.cloud.registry_login(region)
        engine.sign_in(registry_host, user, password)
        told = []
        for image, reference in missing.items():
            with build_folder(image) as folder:
                engine.build(folder, reference)
            engine.push(reference)
            told.append(f"pushed {reference}")
        return told


def _engine(site: Site) -> Engine | None:
    return find_engine(site.session.environment, site.answers.text("images.engine") or "auto")


def tag(image: str) -> str:
    """Name the version of an image: Cellwright's own, and what its folder holds."""
    digest = hashlib.sha256()
    for name, content in _content(_shipped(image)):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return f"{__version__}-{digest.hexdigest()[:_DIGITS]}"


@contextmanager
def build_folder(image: str) -> Iterator[Path]:
    """Give the folder of an image's Dockerfile."""
    with as_file(_shipped(image)) as folder:
        yield folder


def _by_hand(missing: Mapping[str, str]) -> Look:
    lines = [f"build and push {reference}" for reference in missing.values()]
    with_folders = []
    for image, reference in missing.items():
        with build_folder(image) as folder:
            with_folders.append(f"docker build --platform linux/amd64 --tag {reference} {folder}")
            with_folders.append(f"docker push {reference}")
    host = next(iter(missing.values())).partition("/")[0]
    region = host.split(".")[3] if host.count(".") > 3 else "REGION"  # noqa: PLR2004  ID.dkr.ecr.REGION...
    login = (
        f"aws ecr get-login-password --region {region} | docker login --username AWS --password-stdin {host}"
    )
    found = warning(
        f"there is no container engine here ({', '.join(ENGINES)}): Jenkins can't start without its images",
        f"where there is one, run: {login}; {'; '.join(with_folders)}",
    )
    return Look(standing=Standing.BY_HAND, says=lines, findings=[found])


def _missing(site: Site, urls: Mapping[str, str]) -> dict[str, str]:
    """Give the images that the registry lacks, with their names there."""
    region = site.answers.text("region")
    found = {}
    for image in FOLDERS:
        url = urls.get(image, "")
        if url and not site.cloud.has_image(url.partition("/")[2], tag(image), region):
            found[image] = f"{url}:{tag(image)}"
    return found


def _urls(site: Site) -> Mapping[str, str]:
    found = site.output(registry.UNIT, "repository_urls")
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _shipped(image: str) -> Traversable:
    place: Traversable = files("cellwright")
    for step in (*_PLACE, FOLDERS[image]):
        place = place / step
    return place


def _content(place: Traversable, name: str = "") -> Iterator[tuple[str, bytes]]:
    if place.is_file():
        yield name, place.read_bytes()
        return
    if place.is_dir():
        for item in sorted(place.iterdir(), key=lambda one: one.name):
            yield from _content(item, f"{name}/{item.name}")
