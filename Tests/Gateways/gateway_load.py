"""What authorization costs a gateway: throughput, latency and processor time of a gateway alone and with each way to
decide, in rounds that alternate (bare, with, with, bare), so that a machine that slows down slows both."""

import argparse
import datetime
import http.client
import json
import os
import platform
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from statistics import median

import building
from comparing import ratios
from decision_server import serve
from envoy_setups import EnvoySetup
from nginx_setups import NginxSetup
from processes import REPOSITORY, Failure, run, scratch_folder
from scene import Scene
from services import CONTENT, start_fast_service

SCRIPT = Path(__file__).with_name("load_figures.lua")
PAGE = REPOSITORY / "Documentation/gateway-load.md"
CONNECTIONS = 16
WAYS = {
    "module": "Portcullis in process",
    "hop": "asking `portcullis serve`",
    "peer": "Envoy's jwt_authn and rbac",
}
SETUPS = {"Envoy": (EnvoySetup, ["module", "hop", "peer"]), "nginx": (NginxSetup, ["module", "hop"])}


class Subject:
    """A gateway in one way, running."""

    def __init__(self, kind: type, mode: str, scene: Scene, folder: Path, service: int):
        decider = serve(scene, folder / f"{kind.__name__}-server.log") if mode == "hop" else None
        place = folder / f"{kind.__name__}-{mode}"
        self.mode, self.token = mode, scene.made.token("ben")
        self.gateway = kind(mode, scene, service, folder=place, decider=decider, tls=False).start()

    def check(self) -> None:
        """Fails unless it answers rightly: what is timed must be what is meant."""
        wanted = [("/v1/models/m1", True, 200), ("/v1/files/public/readme", True, 200)]
        if self.mode != "open":
            wanted += [("/admin/users", True, 403), ("/v1/models/m1", False, 401)]
        for path, with_token, expected in wanted:
            headers = {"Authorization": f"Bearer {self.token}"} if with_token else {}
            with closing(http.client.HTTPConnection("127.0.0.1", self.gateway.port, timeout=10)) as connection:
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                body = answer.read().decode()
            if answer.status != expected or (expected == 200) != (body == CONTENT):
                raise Failure(f"{self.gateway.name}: {path}: {answer.status} {body!r}, not {expected}")

    def processor_seconds(self) -> float:
        """What all threads of the gateway's processes have used so far."""
        nanoseconds = 0
        for pid in self.gateway.working_pids():
            for thread in Path(f"/proc/{pid}/task").iterdir():
                nanoseconds += int((thread / "schedstat").read_text().split()[0])
        return nanoseconds / 1e9

    def measure(self, seconds: float) -> dict[str, float]:
        """One run of wrk."""
        used = self.processor_seconds()
        command = [
            "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "-s", SCRIPT,
            f"http://127.0.0.1:{self.gateway.port}/v1/models/m1", "--", self.token,
        ]  # fmt: skip
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        used = self.processor_seconds() - used
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode != 0 or not lines:
            raise Failure(f"wrk: {done.stdout}{done.stderr}")
        told = json.loads(lines[0])
        if told["failed"] or not told["requests"]:
            raise Failure(f"{self.gateway.name}: {told['failed']} of {told['requests']} requests failed")
        return {
            "per_second": told["requests"] / told["microseconds"] * 1e6,
            "p50": told["p50"],
            "p99": told["p99"],
            "processor": used / told["requests"] * 1e6,
        }


def compare(bare: Subject, other: Subject, rounds: int, seconds: float) -> dict:
    """Rounds of bare, other, other, bare: figures of each, and their ratios round by round."""
    runs: dict[str, list[dict]] = {"bare": [], "other": []}
    for name, subject in (("bare", bare), ("other", other)):
        subject.check()
        subject.measure(1)
    paired: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        outer_first, inner_first = bare.measure(seconds), other.measure(seconds)
        inner_last, outer_last = other.measure(seconds), bare.measure(seconds)
        runs["bare"] += [outer_first, outer_last]
        runs["other"] += [inner_first, inner_last]
        for key in outer_first:
            paired.setdefault(key, []).append((inner_first[key] + inner_last[key], outer_first[key] + outer_last[key]))
    other.check()
    return {
        "bare": medians(runs["bare"]),
        "other": medians(runs["other"]),
        "ratios": {key: ratios(pairs) for key, pairs in paired.items()},
        "runs": runs,
    }


def medians(runs: list[dict]) -> dict[str, float]:
    return {key: median(run[key] for run in runs) for key in runs[0]}


# MARK: Telling


def machine() -> dict[str, object]:
    model = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True)
    nginx = subprocess.run([building.nginx(), "-v"], capture_output=True, text=True).stderr.strip().rpartition("/")[2]
    return {
        "date": datetime.date.today().isoformat(),
        "commit": commit.stdout.strip(),
        "processor": model,
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "envoy": building.envoy_version(),
        "nginx": nginx,
        "load": os.getloadavg()[0],
    }


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def share(ratio: dict[str, float]) -> str:
    return f"{ratio['median']:.3f} ({ratio['low']:.3f} to {ratio['high']:.3f})"


def table(results: dict) -> str:
    """The results as Markdown."""
    told = results["machine"]
    lines = [
        f"Measured on {told['date']} at commit {told['commit']}: {told['processor']}, {told['cores']} logical cores, kernel "
        f"{told['kernel']}, Envoy {told['envoy']}, nginx {told['nginx']}. Load average before: {told['load']:.2f}. "
        f"Ratios are medians of {results['rounds']['module']} rounds for the filter and {results['rounds']['hop']} for the "
        "others, with an interval of confidence of 95 %.",
        "",
        "| gateway | decides | requests a second | p50 | p99 | processor time a request | throughput, of bare | p99, of bare "
        "| processor time, of bare |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for gateway, ways in results["gateways"].items():
        bare = ways["module"]["bare"]
        lines.append(f"| {gateway} | nobody | {cells(bare)} | 1 | 1 | 1 |")
        for way, found in ways.items():
            ratio = [share(found["ratios"][key]) for key in ("per_second", "p99", "processor")]
            lines.append(f"| {gateway} | {WAYS[way]} | {cells(found['other'])} | {' | '.join(ratio)} |")
    return "\n".join(lines)


def cells(figures: dict[str, float]) -> str:
    return (
        f"{number(figures['per_second'])} | {number(figures['p50'])} µs | {number(figures['p99'])} µs "
        f"| {number(figures['processor'])} µs"
    )


def write_page(text: str) -> None:
    page = PAGE.read_text()
    begin, end = "<!-- measured: begin -->\n", "<!-- measured: end -->"
    before, _, rest = page.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise Failure(f"{PAGE} has no place for the figures")
    PAGE.write_text(f"{before}{begin}{text}\n{end}{after}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("gateways", nargs="*", help="Envoy, nginx; default: both")
    arguments.add_argument("--quick", action="store_true", help="one short round each: whether all answer rightly")
    arguments.add_argument("--json", default=str(REPOSITORY / ".build/gateway-load.json"), help="the file of the results")
    arguments.add_argument("--update", action="store_true", help=f"writes the table into {PAGE.relative_to(REPOSITORY)}")
    arguments.add_argument("--rounds", type=int, default=24, help="rounds with the filter; a third of them with others")
    chosen = arguments.parse_args()
    count = 1 if chosen.quick else chosen.rounds
    rounds = {"module": count, "hop": max(1, count // 3), "peer": max(1, count // 3)}
    folder = scratch_folder()
    scene = Scene(folder / "scene")
    _, service = start_fast_service(folder / "service")
    results = {"machine": machine(), "rounds": rounds, "gateways": {}}
    started = time.monotonic()
    for name, (kind, ways) in SETUPS.items():
        if chosen.gateways and name not in chosen.gateways:
            continue
        bare = Subject(kind, "open", scene, folder, service)
        found = results["gateways"][name] = {}
        for way in ways:
            other = Subject(kind, way, scene, folder, service)
            found[way] = compare(bare, other, rounds[way], 1)
            ratio = found[way]["ratios"]["per_second"]
            print(f"{name}, {WAYS[way]}: throughput {share(ratio)} of bare", file=sys.stderr)
            other.gateway.stop()
        bare.gateway.stop()
    results["seconds"] = round(time.monotonic() - started)
    Path(chosen.json).parent.mkdir(exist_ok=True)
    Path(chosen.json).write_text(json.dumps(results, indent=1))
    print(table(results))
    if chosen.update:
        write_page(table(results))


if __name__ == "__main__":
    run(main)
