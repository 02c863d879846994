"""Processes of a test: started on free ports, waited for, and gone when the test ends, however it ends."""

import atexit
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_running: list["Running"] = []
_folders: list[Path] = []
_libc = ctypes.CDLL(None)


class Failure(Exception):
    """What a test found to be wrong, or why it cannot run."""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now; held open together, so that all differ."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def scratch_folder() -> Path:
    """A folder that is deleted at the end. Workers of a gateway that root starts may be somebody else: they read it."""
    folder = Path(tempfile.mkdtemp(prefix="portcullis-gateway-"))
    folder.chmod(0o755)
    _folders.append(folder)
    return folder


def last_lines(log: Path, count: int = 10) -> str:
    """The end of a log, shortened to what a terminal can bear."""
    return "\n".join(line[:300] for line in log.read_text(errors="replace").splitlines()[-count:])


def until(condition: Callable[[], object], seconds: float, what: str, pause: float = 0.02):
    """Waits for a condition and returns what it gave."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failure(f"not within {seconds:g} s: {what}")
        time.sleep(pause)


def listens(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.settimeout(1)
        return attempt.connect_ex(("127.0.0.1", port)) == 0


def _die_with_parent() -> None:
    pr_set_pdeathsig = 1
    _libc.prctl(pr_set_pdeathsig, signal.SIGTERM)


class Running:
    """A process with its log."""

    def __init__(self, command: Sequence[object], log: Path, environment: dict[str, str] | None = None):
        self.command, self.log = [str(word) for word in command], log
        self.environment = os.environ | (environment or {})
        self.process: subprocess.Popen | None = None
        self.start()
        _running.append(self)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                env=self.environment, preexec_fn=_die_with_parent,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def wait_for(self, *ports: int, seconds: float = 20) -> "Running":
        def ready() -> bool:
            if not self.is_alive:
                raise Failure(f"{self.command[0]} ended with {self.process.returncode}:\n{self.tail()}")
            return all(listens(port) for port in ports)

        until(ready, seconds, f"{self.command[0]} listens on {ports}\n{self.tail()}")
        return self

    def tail(self) -> str:
        return last_lines(self.log)

    def stop(self) -> None:
        if self in _running:
            _running.remove(self)
        if not self.is_alive:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@atexit.register
def _clean_up() -> None:
    for one in list(_running):
        one.stop()
    for folder in _folders:
        if os.environ.get("PORTCULLIS_KEEP"):
            print(f"kept: {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def run(main: Callable[[], None]) -> None:
    """Runs a test's program; a signal ends it as an exception would, so that nothing is left behind."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        main()
    except Failure as failure:
        print(f"{Path(sys.argv[0]).stem}: {failure}", file=sys.stderr)
        sys.exit(1)
