"""Running measurements, each in a process of its own, for ``bench/regions.py``."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import region_networks as networks

HERE = Path(__file__).parent
Record = dict[str, Any]

ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
)


def run(command: list[str], limit: float, cache: str | None = None) -> dict[str, Any]:
    """The JSON that a command prints, and its wall time as ``process``.

    When there is none, ``failed`` says why: "> 30 s" or the last line of its errors.
    """
    environment = os.environ | ONE_THREAD | ({"NUMBA_CACHE_DIR": cache} if cache else {})
    began = time.perf_counter()
    try:
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,  # so that a peer's own workers end with it
        ) as child:
            try:
                out, errors = child.communicate(timeout=limit)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.communicate()
                return {"failed": f"> {limit:g} s"}
    except OSError as error:
        return {"failed": f"{type(error).__name__}"}
    took = time.perf_counter() - began
    lines = [line for line in out.splitlines() if line.startswith("{")]
    if child.returncode or not lines:
        last = (errors.strip().splitlines() or [f"exit status {child.returncode}"])[-1]
        return {"failed": f"failed: {last:.80}", "process": took}
    return json.loads(lines[-1]) | {"process": took}


@dataclass
class Bench:
    """The options, and everything measured so far."""

    peers: str
    limit: float
    options: list[str]
    cases: tuple[str, ...]
    records: list[Record] = field(default_factory=list)

    def chosen(self, names: Iterable[str]) -> list[str]:
        """The names that ``--cases`` lets through."""
        return [name for name in names if name.startswith(self.cases)]

    def ours(self, table: str, name: str, *more: str, cache: str | None = None) -> Record:
        """One run of ``region_case.py``; a limit of ten times that of a peer."""
        command = [sys.executable, str(HERE / "region_case.py"), name, *self.options, *more]
        record = {"table": table, "name": name, "tool": "exactnet"}
        record |= run(command, 10 * self.limit, cache)
        self.records.append(record)
        return record

    def profile(self, table: str, name: str) -> Record:
        """One run of ``region_profile.py``."""
        command = [sys.executable, str(HERE / "region_profile.py"), name]
        record = run(command, 10 * self.limit) | {"table": table, "name": name, "tool": "exactnet"}
        self.records.append(record)
        return record

    def peer(self, table: str, tool: str, name: str) -> Record:
        """One run of ``region_peers.py``."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "network.npz"
            networks.save(name, file)
            command = [self.peers, str(HERE / "region_peers.py"), tool, str(file)]
            record = run(command, self.limit) | {"table": table, "name": name, "tool": tool}
        self.records.append(record)
        return record
