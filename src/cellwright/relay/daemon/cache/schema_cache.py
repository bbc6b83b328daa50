"""The schema cache: what a package answers, alone and in each environment, in memory and on disk."""

import asyncio
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from cellwright.relay.daemon.cache.checksummed_files import ChecksummedFiles
from cellwright.relay.daemon.cache.environment_answers import EnvironmentAnswers
from cellwright.relay.daemon.cache.packages import Package
from cellwright.relay.daemon.cache.provider_schemas import ProviderSchemas, ask_schemas
from cellwright.relay.daemon.provider_side.handshake import provider_environment
from cellwright.relay.daemon.provider_side.provider_process import ProviderProcess
from cellwright.relay.daemon.provider_side.response import ProviderError
from cellwright.relay.daemon.provider_side.spawner_client import Program, ProgramStarter
from cellwright.terraform.protobuf import ProtobufError

_SCHEMA_SECONDS = 120.0
_FAILURE_SECONDS = 300.0
"""How long a provider that failed is not tried again."""
_ANSWERS_KEPT = 200
"""How many answers stay on disk: one may have five megabytes."""
_ENOUGH_STARTS = 2
"""After how many equal answers, each of another process, an answer is remembered."""


class SchemaCache:
    """What packages answer: in the relay's own, bare environment, and in the environments of their users.

    An answer in an environment is remembered once two processes have given it. If two processes in the same
    environment answer differently, the package is unsteady, and is not served any more.
    """

    def __init__(
        self,
        folder: Path,
        starter: ProgramStarter,
        environment: Mapping[bytes, bytes],
        answers: EnvironmentAnswers,
    ) -> None:
        """`environment` is the bare one."""
        self._files = ChecksummedFiles(folder / "providers")
        self._files.prune(_ANSWERS_KEPT)
        self._unsteady = ChecksummedFiles(folder / "unsteady")
        self._starter = starter
        self._environment = environment
        self._answers = answers
        self._known: dict[str, ProviderSchemas] = {}
        self._failures: dict[str, tuple[float, str]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def schemas_of(self, package: Package) -> ProviderSchemas:
        """What a package answers in the bare environment; the provider is started for it once.

        Raises:
            ProviderError: the provider can't be started or understood, now or a short time ago.
        """
        async with self._locks.setdefault(package.digest, asyncio.Lock()):
            known = self._load(_file_name(package.digest))
            if known is None:
                self._check_failed(package.digest)
                known = await self._ask(package)
                self._save(_file_name(package.digest), known)
            return known

    def remembered(self, package: Package, environment: Mapping[bytes, bytes]) -> ProviderSchemas | None:
        """What a package answers in an environment; None if that is not known, or not sure."""
        answer = self._answers.read(package.digest, environment)
        if answer is None or answer.starts < _ENOUGH_STARTS:
            return None
        return self._body(package, answer.digest)

    def learn(self, package: Package, environment: Mapping[bytes, bytes], schemas: ProviderSchemas) -> None:
        """Take in what a process has answered in an environment."""
        known = self._answers.read(package.digest, environment)
        if known is not None and known.digest != schemas.digest:
            self._unsteady.write(_file_name(package.digest), b"")
            return
        bare = self._load(_file_name(package.digest))
        starts = 1 if known is None else known.starts + 1
        if bare is not None and bare.digest == schemas.digest:
            starts = max(starts, _ENOUGH_STARTS)  # the bare answer came from another process
        else:
            self._save(_file_name(package.digest, schemas.digest), schemas)
        self._answers.write(package.digest, environment, schemas.digest, starts)

    def is_unsteady(self, package: Package) -> bool:
        """Whether two processes of a package have answered differently in the same environment."""
        return self._unsteady.read(_file_name(package.digest)) is not None

    def _body(self, package: Package, digest: str) -> ProviderSchemas | None:
        bare = self._load(_file_name(package.digest))
        if bare is not None and bare.digest == digest:
            return bare
        return self._load(_file_name(package.digest, digest))

    def _load(self, name: str) -> ProviderSchemas | None:
        if name not in self._known:
            content = self._files.read(name)
            found = None if content is None else ProviderSchemas.decode(content)
            if found is None:
                return None
            self._known[name] = found
        return self._known[name]

    def _save(self, name: str, schemas: ProviderSchemas) -> None:
        if name not in self._known:
            self._known[name] = schemas
            self._files.write(name, schemas.encode())

    def _check_failed(self, digest: str) -> None:
        failed_at, why = self._failures.get(digest, (0.0, ""))
        if why and time.monotonic() - failed_at < _FAILURE_SECONDS:
            raise ProviderError(why)

    async def _ask(self, package: Package) -> ProviderSchemas:
        try:
            with tempfile.TemporaryDirectory() as folder:
                program = Program(
                    package.program, Path(folder), provider_environment(self._environment), 0o077
                )
                process = await ProviderProcess(self._starter, program).start()
                try:
                    return await asyncio.wait_for(ask_schemas(process), _SCHEMA_SECONDS)
                finally:
                    await process.end()
        except (ProviderError, ProtobufError, TimeoutError) as fault:
            why = str(fault) or "it did not answer in time"
            self._failures[package.digest] = time.monotonic(), why
            raise ProviderError(why) from fault


def _file_name(digest: str, answer: str = "") -> str:
    """One for the bare environment, and one for each other answer."""
    name = digest.encode().hex()
    return f"{name}-{answer[:32]}" if answer else name
