"""Provider processes started from a test's own process, which must not fork itself."""

import asyncio
from itertools import count

from cellwright.relay.daemon.provider_side.spawner_client import Program, ProgramStartError, SpawnedProgram


class DirectSpawner:
    """Does what the relay's spawner does, with asyncio's own subprocesses."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._watching: dict[int, asyncio.Task[None]] = {}
        self._processes: dict[int, asyncio.subprocess.Process] = {}

    def start(self, program: Program) -> SpawnedProgram:
        child = SpawnedProgram(next(self._ids), asyncio.get_running_loop().create_future())
        self._watching[child.id] = asyncio.create_task(self._watch(child, program))
        return child

    def kill(self, child: SpawnedProgram) -> None:
        process = self._processes.get(child.id)
        if process is not None and process.returncode is None:
            process.kill()

    async def _watch(self, child: SpawnedProgram, program: Program) -> None:
        process = self._processes[child.id] = await asyncio.create_subprocess_exec(
            program.path,
            cwd=program.folder,
            env=program.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert process.stdout is not None
        line = await process.stdout.readline()
        if line:
            child.first_line.set_result(line.decode())
        else:
            child.first_line.set_exception(ProgramStartError("it ended"))
        await process.wait()
        child.ended.set()
