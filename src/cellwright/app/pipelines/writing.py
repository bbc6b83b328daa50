"""Pipelines: the files by which a CI system carries the fleet out, written into its repository."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from cellwright.app.clients.form.checked import check_new
from cellwright.app.clients.form.fields import FieldKind
from cellwright.app.session.session import FleetSession
from cellwright.ci.facts import Choice, Facts, PipelineFile, System
from cellwright.ci.gitlab.files import ROOT as GITLAB_ROOT
from cellwright.ci.mark import Standing, marked, standing
from cellwright.ci.pipelines import jenkins_files, pipeline_files
from cellwright.ci.versions import actions
from cellwright.files.atomic import save_text
from cellwright.files.errors import file_errors
from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.config.settings import Configuration
from cellwright.git.repository import Repository
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error, has_errors, warning
from cellwright.model.position import Position
from cellwright.model.settings.build_settings import BuildSettings
from cellwright.model.settings.ci_settings import CiSettings

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_BY_HAND = Standing.CHANGED_BY_HAND
_NEEDED = ("CELLWRIGHT_LEDGER", "CELLWRIGHT_KEY")
_FILE = Position("fleet.yaml")
_EXAMPLE = (
    "add `ci: {region: us-east-1, roles: {plan: arn:aws:iam::111122223333:role/NAME, apply: arn:...}, "
    "secrets: {CELLWRIGHT_LEDGER: NAME, CELLWRIGHT_KEY: NAME}}`; docs/ci.md has all of it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelinesRequest:
    """For which system, and what may happen to files that are there."""

    system: System
    dry_run: bool = False
    force: bool = False
    """Also write over what was changed by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """A file, and what became of it or would."""

    path: str
    """Relative to the repository."""
    standing: Standing
    difference: tuple[str, ...] = ()
    """What would change in it, as `diff -u` writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPipelines:
    """All files of the pipelines."""

    request: PipelinesRequest
    repository: Path
    files: tuple[WrittenFile, ...]
    findings: tuple[Diagnostic, ...] = ()
    """What else has to be known before they work."""

    @property
    def kept(self) -> tuple[WrittenFile, ...]:
        """Those that were changed by hand and left as they are."""
        force = self.request.force
        return tuple(item for item in self.files if item.standing is Standing.CHANGED_BY_HAND and not force)


def write_pipelines(session: FleetSession, request: PipelinesRequest) -> WrittenPipelines:
    """Write the files, each in one step; those that were changed by hand stay, unless `force` is set.

    Raises:
        DiagnosticError: the fleet is in no repository, fleet.yaml doesn't say what jobs need, or a file can't
            be read or written.
    """
    repository = Repository.containing(session.root, session.environment)
    if repository is None:
        raise DiagnosticError(error("the fleet is in no git repository", "pipelines run from one: git init"))
    findings: tuple[Diagnostic, ...] = ()
    if request.system is System.JENKINS:
        wanted = _for_jenkins(session, repository.root)
    else:
        facts, findings = _facts(session, repository.root)
        wanted = pipeline_files(request.system, facts)
    found = [_compared(repository.root, item) for item in wanted]
    if request.system is System.GITLAB:
        findings += tuple(_about_root(repository.root, found, wanted))
        found = [item for item in found if item[0].path != GITLAB_ROOT or item[1].standing is not _BY_HAND]
    written_over = {Standing.NEW, Standing.UPDATED, *([_BY_HAND] if request.force else [])}
    for item, written in found:
        if written.standing in written_over and not request.dry_run:
            save_text(repository.root / item.path, marked(item.path, item.text))
    files = tuple(written for _, written in found)
    return WrittenPipelines(request=request, repository=repository.root, files=files, findings=findings)


def _for_jenkins(session: FleetSession, repository: Path) -> tuple[PipelineFile, ...]:
    prefix = session.root.absolute().relative_to(repository)
    found = tuple(PipelineFile(str(prefix / item.path), item.text) for item in jenkins_files())
    if not found:
        raise DiagnosticError(error("this Cellwright was packaged without its files for Jenkins"))
    return found


def _facts(session: FleetSession, repository: Path) -> tuple[Facts, tuple[Diagnostic, ...]]:
    configuration, faults = read_configured(FleetFiles(session.root), session.home.cache)
    if has_errors(faults):
        raise DiagnosticError(*faults)
    if (settings := configuration.operating().ci) is None:
        raise DiagnosticError(error("fleet.yaml doesn't say who a pipeline's jobs are", _EXAMPLE, _FILE))
    if configuration.artifacts is None:
        raise DiagnosticError(
            error(
                "fleet.yaml names no place where one job keeps plans for the next",
                "add `artifacts: {url: s3://BUCKET/PREFIX}`: they are encrypted there",
                _FILE,
            )
        )
    level, form = _form(session)
    facts = Facts(
        fleet=configuration.name,
        folder=str(session.root.absolute().relative_to(repository)),
        settings=settings,
        level=level,
        form=form,
        audience=(configuration.builds or BuildSettings()).audience_at("gitlab"),
        versions=actions(),
    )
    return facts, tuple(_findings(settings, configuration))


def _findings(given: CiSettings, configuration: Configuration) -> Iterator[Diagnostic]:
    missing = [name for name in _NEEDED if name not in given.secrets]
    if missing:
        yield warning(
            f"jobs are not given {' and '.join(missing)}",
            "name the secrets of AWS Secrets Manager in `ci: {secrets: {...}}`, unless the runner has them",
            _FILE,
        )
    if configuration.backend == "local":
        yield warning(
            "states are kept on the machine that applies: the next job would not find them",
            "name a backend that all jobs reach: `state: {backend: s3, ...}`",
            _FILE,
        )


def _form(session: FleetSession) -> tuple[str, tuple[Choice, ...]]:
    """Give the level of clients, and what has choices in the form of a new one."""
    form = check_new(session, {}).form
    choices = []
    for item in form.keys:
        plain = tuple(choice for choice in item.choices if _PLAIN.match(choice))
        if item.kind is FieldKind.CHOICE and plain and _PLAIN.match(item.key):
            default = item.default if item.default in plain else ""
            choices.append(Choice(key=item.key, choices=plain, default=default, description=item.name))
    return form.level.name, tuple(choices)


def _compared(root: Path, item: PipelineFile) -> tuple[PipelineFile, WrittenFile]:
    path, wanted = root / item.path, marked(item.path, item.text)
    with file_errors(f"{item.path} can't be read"):
        target = path.resolve()
        if not target.is_relative_to(root.resolve()):
            raise DiagnosticError(
                error(f"{item.path} leads out of the repository, to {target}", "remove the symbolic link")
            )
        found = target.read_text("utf-8", "replace") if target.exists() else None
    how = standing(found, wanted)
    lines = unified_diff(
        (found or "").splitlines(),
        wanted.splitlines(),
        item.path,
        item.path,
        "as it is",
        "as it would be",
        lineterm="",
    )
    return item, WrittenFile(path=item.path, standing=how, difference=() if found is None else tuple(lines))


def _about_root(
    root: Path, found: Sequence[tuple[PipelineFile, WrittenFile]], wanted: Sequence[PipelineFile]
) -> Iterator[Diagnostic]:
    """Say how a pipeline that the repository has already takes ours in; it is never changed."""
    names = (wanted[0].path, "/.gitlab/cellwright-*.yml")
    for item, written in found:
        if item.path != GITLAB_ROOT or written.standing is not _BY_HAND:
            continue
        text = (root / GITLAB_ROOT).read_text("utf-8", "replace")
        if not any(name in text for name in names):
            advice = f"add to it: `include: [{{local: {names[1]}}}]`"
            yield warning(f"{GITLAB_ROOT} is yours, and does not include the fleet's jobs", advice)
