"""An example service behind a real gateway: who gets what, and what happens to requests under way when policies,
mapping, configuration or processes change."""

import argparse
import http.client
import json
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from envoy_setups import EnvoySetup
from judged_load import JudgedLoad
from nginx_setups import NginxSetup
from processes import Failure, run, scratch_folder, until
from scene import Scene
from services import CONTENT, start_fast_service
from wire import client_context

# How long new policies may take until they decide, by any process, under load on two cores.
ENFORCED_WITHIN = 2.0
FLIPS = 24


class Trial:
    """One gateway, and the questions that are asked of it."""

    def __init__(self, kind: type, folder: Path):
        self.folder = folder
        folder.mkdir()
        self.scene = Scene(folder / "scene")
        _, self.service = start_fast_service(folder / "service")
        self.gateway = kind("module", self.scene, self.service, folder=folder / "gateway", workers=2, tells_revisions=True).start()
        made = self.scene.made
        self.tokens = {name: made.token(name) for name in ("ada", "ben", "mallory")}
        self.tokens["ada with MFA"] = made.token("ada", amr=["pwd", "otp"])

    def load(self, **options) -> JudgedLoad:
        return JudgedLoad(self.gateway.port, self.tokens["ben"], self.folder / "wrk.log", **options)

    def ask(self, method: str, path: str, who: str | None = None, **headers: str) -> tuple[int, dict, bytes]:
        """A request on a connection of its own; `certificate` names a client certificate."""
        certificate = headers.pop("certificate", None)
        if certificate:
            tls = client_context(self.scene.tls, certificate)
            connection = http.client.HTTPSConnection("127.0.0.1", self.gateway.tls_port, timeout=10, context=tls)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.gateway.port, timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if who:
            named["Authorization"] = f"Bearer {self.tokens[who]}"
        with closing(connection):
            connection.request(method, path, headers=named)
            answer = connection.getresponse()
            fields = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, fields, answer.read()

    def is_in_force(self, name: str) -> bool:
        """Whether every process decides by this set of policies; asks until it has met them all."""
        missing = {str(pid) for pid in self.gateway.answering_processes()}
        for _ in range(200):
            status, headers, _ = self.ask("GET", "/v1/models/alpha", "ben")
            if (status == 200) != (name == "a"):
                return False
            missing.discard(headers.get("x-process", "0"))
            if not missing:
                return True
        return False

    def wait_until_in_force(self, name: str) -> float:
        """Waits until every process decides by a set; returns how long that took."""
        started = time.monotonic()
        until(lambda: self.is_in_force(name), ENFORCED_WITHIN, f"set {name} is in force")
        return time.monotonic() - started


# MARK: What is tried


def notices_what_is_wrong(trial: Trial) -> str:
    """The judges themselves: a gateway without a filter must not satisfy them."""
    is_open = type(trial.gateway)("open", trial.scene, trial.service, folder=trial.folder / "open", tls=False).start()
    with JudgedLoad(is_open.port, trial.tokens["ben"], trial.folder / "wrk.log") as load:
        time.sleep(0.5)
    is_open.stop()
    try:
        load.verdict.require_right()
    except Failure:
        return f"{load.verdict.fault_count:,} of {load.verdict.answers:,} answers of a gateway without a filter"
    raise Failure("a gateway without a filter passes for one that decides")


def decides(trial: Trial) -> str:
    """Allowed and denied requests, with conditions on multi-factor authentication and on the address."""
    cases = [
        ("nobody", 401, dict(method="GET", path="/v1/models/m1")),
        ("nobody, health check", 200, dict(method="GET", path="/healthz")),
        ("a reader", 200, dict(method="GET", path="/v1/models/m1", who="ben")),
        ("a reader, list", 200, dict(method="GET", path="/v1/models", who="ben")),
        ("a reader, public file", 200, dict(method="GET", path="/v1/files/public/readme", who="ben")),
        ("a reader, secret file", 403, dict(method="GET", path="/v1/files/public/secret/key", who="ben")),
        ("a reader, private file", 403, dict(method="GET", path="/v1/files/private/plan", who="ben")),
        ("a reader who writes", 403, dict(method="PUT", path="/v1/models/m1", who="ben")),
        ("a writer", 200, dict(method="PUT", path="/v1/models/m1", who="ada")),
        ("a writer who deletes without MFA", 403, dict(method="DELETE", path="/v1/models/m1", who="ada")),
        ("a writer who deletes with MFA", 200, dict(method="DELETE", path="/v1/models/m1", who="ada with MFA")),
        ("with MFA, but explicitly denied", 403, dict(method="DELETE", path="/v1/models/production-1", who="ada with MFA")),
        ("a report from inside", 200, dict(method="GET", path="/v1/reports/q3", who="ben", X_Forwarded_For="10.0.0.7")),
        ("a report from outside", 403, dict(method="GET", path="/v1/reports/q3", who="ben", X_Forwarded_For="203.0.113.9")),
        ("a report from nowhere", 403, dict(method="GET", path="/v1/reports/q3", who="ben")),
        ("a suspended user", 403, dict(method="GET", path="/v1/models/m1", who="mallory")),
        ("a path without route", 403, dict(method="GET", path="/admin/users", who="ada with MFA")),
        ("a path of two meanings", 400, dict(method="GET", path="/v1/models/../files/private/plan", who="ben")),
        ("a workload", 200, dict(method="POST", path="/v1/models/m1/train", certificate="trainer")),
        ("a workload of another domain", 401, dict(method="POST", path="/v1/models/m1/train", certificate="other-domain")),
        ("a person as a workload", 401, dict(method="POST", path="/v1/models/m1/train", who="ada")),
    ]  # fmt: skip
    for name, expected, question in cases:
        status, headers, body = trial.ask(**question)
        if status != expected:
            raise Failure(f"{name}: {status} {body[:200]!r}, not {expected}")
        if status == 200 and body.decode() != CONTENT:
            raise Failure(f"{name}: the service's answer is {body!r}")
        if status != 200:
            check_refusal(name, headers, body)
    return f"{len(cases)} requests"


def check_refusal(name: str, headers: dict, body: bytes) -> None:
    """A refusal is JSON with the request's identifier, and says nothing of policies."""
    told = json.loads(body)
    if headers.get("content-type") != "application/json" or set(told) != {"error", "request_id"}:
        raise Failure(f"{name}: refused by {headers} {body!r}")
    if not told["request_id"]:
        raise Failure(f"{name}: a refusal without the request's identifier")


def flips_policies(trial: Trial) -> str:
    """Policies swapped under load: each answer is that of the revision it names."""
    delays: list[float] = []
    pause = 0.15
    with trial.load() as load:
        time.sleep(0.3)
        for flip in range(FLIPS):
            name = "ba"[flip % 2]
            trial.scene.put_in_force(name)
            delays.append(trial.wait_until_in_force(name))
            time.sleep(pause)
    verdict = load.verdict.require_right().require_both_outcomes()
    if len(verdict.sets) < FLIPS:
        raise Failure(f"{FLIPS} flips, but answers of {len(verdict.sets)} revisions only")
    return f"{FLIPS} flips, {verdict}; in force after {median(delays):.2f} s, at most {max(delays):.2f} s"


def keeps_old_policies(trial: Trial) -> str:
    """Faulty policies under load change nothing; good ones after them do."""
    trial.scene.make_faulty_set("faulty")
    with trial.load() as load:
        time.sleep(0.3)
        for _ in range(4):
            trial.scene.put_in_force("faulty")
            time.sleep(0.3)
            if not trial.is_in_force("a"):
                raise Failure("faulty policies took the place of good ones")
            trial.scene.put_in_force("a")
            time.sleep(0.1)
    verdict = load.verdict.require_right()
    if set(verdict.sets.values()) != {"a"}:
        raise Failure(f"under faulty policies answers were those of {verdict.sets}")
    trial.scene.put_in_force("b")
    delay = trial.wait_until_in_force("b")
    trial.scene.put_in_force("a")
    trial.wait_until_in_force("a")
    return f"{verdict}; good ones in force {delay:.2f} s later"


def reloads_mapping(trial: Trial) -> str:
    """A mapping that gains and loses a route under load, and a faulty one in between."""
    text = trial.scene.mapping.read_text()
    wider = json.loads(text)
    wider["routes"].append({"name": "status", "methods": ["GET"], "path": "/statusz", "unprotected": True})

    def answers(status: int) -> Callable[[], bool]:
        return lambda: all(trial.ask("GET", "/statusz")[0] == status for _ in range(8))

    with trial.load() as load:
        for _ in range(5):
            trial.scene.write("mapping.json", json.dumps(wider))
            until(answers(200), ENFORCED_WITHIN, "the wider mapping is in force")
            trial.scene.write("mapping.json", text.replace('"routes"', '"roots"'))
            time.sleep(0.2)
            if not answers(200)():
                raise Failure("a faulty mapping took the place of a good one")
            trial.scene.write("mapping.json", text)
            until(answers(403), ENFORCED_WITHIN, "the mapping from before is in force")
    return str(load.verdict.require_right())


def reloads_gateway(trial: Trial) -> str:
    """The gateway's configuration read again under load, with policies that change meanwhile; nothing is lost.

    Each request has a connection of its own: a gateway may close an idle one at any time, and clients know.
    """
    with trial.load(closes=True) as load:
        time.sleep(0.3)
        for name in "bab":
            trial.gateway.reload()
            trial.scene.put_in_force(name)
            trial.wait_until_in_force(name)
            time.sleep(0.3)
    verdict = load.verdict.require_right().require_both_outcomes()
    trial.scene.put_in_force("a")
    trial.wait_until_in_force("a")
    return f"3 reloads, {verdict}"


def survives_crash(trial: Trial) -> str:
    """A process killed under load comes back, and never answers without a decision."""
    is_envoy = isinstance(trial.gateway, EnvoySetup)
    if is_envoy:
        trial.gateway.supervise()
    kill = trial.gateway.crash if is_envoy else trial.gateway.kill_worker
    with trial.load() as load:
        time.sleep(0.5)
        for name in "ba":
            # Before the kill: whoever starts now reads these.
            trial.scene.put_in_force(name)
            kill()
            trial.wait_until_in_force(name)
            decides(trial)
    # What was under way in the killed process is lost; everything that is answered is answered rightly.
    return f"killed twice, {load.verdict.require_right(loses_connections=True)}"


TRIALS: list[Callable[[Trial], str]] = [
    notices_what_is_wrong, decides, flips_policies, keeps_old_policies, reloads_mapping, reloads_gateway, survives_crash,
    decides,
]  # fmt: skip
GATEWAYS = {"envoy": EnvoySetup, "nginx": NginxSetup}


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("gateways", nargs="*", help="envoy, nginx; default: both")
    arguments.add_argument("--only", help="only trials in whose name this text stands")
    chosen = arguments.parse_args()
    folder = scratch_folder()
    failed = []
    for name in chosen.gateways or GATEWAYS:
        if name not in GATEWAYS:
            arguments.error(f"no such gateway: {name}")
        trial = Trial(GATEWAYS[name], folder / name)
        for one in TRIALS:
            if chosen.only and chosen.only not in one.__name__:
                continue
            started = time.monotonic()
            try:
                told = one(trial)
            except Failure as failure:
                failed.append(f"{name} {one.__name__}")
                told = f"FAILED: {failure}\n{trial.gateway.log_tail()}"
            print(f"{name}: {one.__name__.replace('_', ' ')}: {told} ({time.monotonic() - started:.1f} s)")
        trial.gateway.stop()
    if failed:
        raise Failure(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    run(main)
