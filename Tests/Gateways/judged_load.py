"""Load by wrk, each answer of which is judged by the revision of the policies that it names."""

import json
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from processes import Failure, Running

SCRIPT = Path(__file__).with_name("watching.lua")


@dataclass
class Verdict:
    """What wrk saw."""

    answers: int
    statuses: dict[str, dict[str, int]]
    """How often a path had a status."""
    sets: dict[str, str]
    """The set of policies that was in force by the answers that name a process and revision."""
    faults: list[str]
    fault_count: int
    errors: dict[str, int]
    p99: int

    def require_right(self, *, loses_connections: bool = False) -> "Verdict":
        """Fails where an answer was wrong; and where one was lost, unless a process was killed."""
        if self.fault_count:
            raise Failure(f"{self.fault_count} wrong answers of {self.answers}: {'; '.join(self.faults)}")
        if not loses_connections and any(self.errors.values()):
            raise Failure(f"lost: {self.errors} of {self.answers} answers")
        if self.answers < 500:
            raise Failure(f"only {self.answers} answers came")
        return self

    def require_both_outcomes(self) -> "Verdict":
        for path in ("/v1/models/alpha", "/v1/models/beta"):
            if set(self.statuses[path]) != {"200", "403"}:
                raise Failure(f"{path} was answered by {self.statuses[path]} only")
        return self

    def __str__(self) -> str:
        return f"{self.answers:,} answers, {len(self.sets)} revisions, errors {sum(self.errors.values())}"


class JudgedLoad:
    """Runs beside what a `with` block does; `verdict` is there after the block."""

    SECONDS_MAX = 120

    def __init__(self, port: int, token: str, log: Path, *, closes: bool = False, connections: int = 16):
        self.command = [
            "wrk", "-t4", f"-c{connections}", f"-d{self.SECONDS_MAX}s", "--timeout", "5s", "-s", SCRIPT,
            f"http://127.0.0.1:{port}", "--", token, "close" if closes else "keep",
        ]  # fmt: skip
        self.log = log
        self.verdict: Verdict | None = None

    def __enter__(self) -> "JudgedLoad":
        self.log.unlink(missing_ok=True)
        self.running = Running(self.command, self.log)
        return self

    def __exit__(self, kind, *_) -> None:
        if kind is not None:
            self.running.stop()
            return
        if not self.running.is_alive:
            raise Failure("the load ended before what was done under it")
        # wrk then ends as it does after its time.
        self.running.process.send_signal(signal.SIGINT)
        try:
            self.running.process.wait(30)
        except subprocess.TimeoutExpired:
            raise Failure("wrk does not end") from None
        lines = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
        if not lines:
            raise Failure(f"wrk said nothing:\n{self.log.read_text()}")
        told = json.loads(lines[0])
        told["faults"] = list(told["faults"].values())
        self.verdict = Verdict(**told)
