"""Sends every hostile request through a gateway, and looks what came back and what reached the service.

A request gets through where the client receives the secret, or where the service receives a request that some server
would take for an operation that its sender may not have. See README.md for what counts.
"""

import argparse
import concurrent.futures
import json
import ssl
import sys
import time
from collections import Counter
from pathlib import Path

import hostile_requests
from envoy_setups import EnvoySetup
from hostile_requests import HostileRequest, protects
from nginx_setups import NginxSetup
from decision_server import serve
from processes import Failure, run, scratch_folder
from recorder import SECRET, Recorder
from scene import Scene
from wire import Reply, client_context, exchange

LANES = {
    "envoy": (EnvoySetup, "module"),
    "nginx": (NginxSetup, "module"),
    "envoy-serve": (EnvoySetup, "hop"),
    "nginx-serve": (NginxSetup, "hop"),
    "envoy-open": (EnvoySetup, "open"),
    "nginx-open": (NginxSetup, "open"),
}
# What the words of the command line stand for: a gateway without a filter shows that the suite can fail.
GROUPS = {
    "envoy": ["envoy", "envoy-open"],
    "nginx": ["nginx", "nginx-open"],
    "serve": ["envoy-serve", "nginx-serve"],
}
# How many hostile requests must reach something through a gateway without a filter, for the suite to mean anything.
REACHED_WHEN_OPEN_MIN = 200
# What is known to get through, and why; the suite fails when it no longer does.
_HANDED_ON = {
    f"spoofed facts: handed on: {name}": "a gateway that asks takes no header out"
    for name in (
        "X-Portcullis-Principal", "X-Portcullis-Decision in another case", "X_Portcullis_Decision",
        "X-Portcullis-Statement after a bare LF",
    )
}  # fmt: skip
KNOWN = {
    "envoy": {"certificate: certificate with two names": "Envoy tells filters the first name of a certificate only"},
    "envoy-serve": _HANDED_ON,
    "nginx-serve": _HANDED_ON,
}
SHOWN_MAX = 40


class Lane:
    """A gateway with a recording service of its own behind it."""

    def __init__(self, name: str, scene: Scene, folder: Path):
        kind, mode = LANES[name]
        self.name, self.recorder = name, Recorder()
        decider = serve(scene, folder / f"{name}-server.log") if mode == "hop" else None
        self.gateway = kind(
            mode, scene, self.recorder.port, folder=folder / name, decider=decider, tolerant=True
        ).start()
        self.contexts: dict[str | None, ssl.SSLContext] = {}
        self.tls = scene.tls

    def send(self, request: HostileRequest) -> Reply:
        self.recorder.begin(protects(request.who))
        context = None
        if request.is_tls:
            if request.certificate not in self.contexts:
                self.contexts[request.certificate] = client_context(self.tls, request.certificate)
            context = self.contexts[request.certificate]
        gateway = self.gateway
        port = gateway.tls_port if context else gateway.http2_port if request.is_http2 else gateway.port
        return exchange(port, request.data, source=request.peer, tls=context, http2=request.is_http2)

    def can_send(self, request: HostileRequest) -> bool:
        return self.gateway.has_client_certificates or not request.certificate

    def breaches(self, request: HostileRequest) -> list[str]:
        """Sends a hostile request; says what it got that it may not have."""
        reply = self.send(request)
        found = ["the client received the secret"] if SECRET.encode() in reply.data else []
        for asked in self.recorder.seen():
            operations = self.recorder.protected_operations(asked)
            if operations:
                found.append(f"the service received `{asked.method} {asked.target[:200]}`, which may mean {operations[0]}")
        return found

    def control(self, request: HostileRequest) -> list[str]:
        """Sends a request that must pass; says what is wrong."""
        reply = self.send(request)
        method, _, path = request.reaches.partition(" ")
        asked = self.recorder.seen()
        if not any(one.method == method and one.target.split("?")[0] == path for one in asked):
            return [f"the service received {[(a.method, a.target) for a in asked]}; the client: {reply.data[:120]!r}"]
        if method != "HEAD" and b"what anybody may see" not in reply.data:
            return [f"the client received {reply.data[:200]!r}"]
        return []


def judge(lane: Lane, hostile: list[HostileRequest], controls: list[HostileRequest]) -> dict:
    started = time.monotonic()
    failures: dict[str, list[str]] = {}

    def check_controls(when: str) -> None:
        for request in controls:
            if request.name not in lane.gateway.impossible_controls and lane.can_send(request) and (wrong := lane.control(request)):
                failures[f"control {when}: {request.name}"] = wrong

    check_controls("before")
    breached: dict[str, list[str]] = {}
    for request in hostile:
        if not lane.can_send(request):
            continue
        found = lane.breaches(request)
        if found:
            breached[f"{request.trick}: {request.name}"] = found
        lane.gateway.check_health()
    check_controls("after")
    lane.gateway.check_health()
    tried = {f"{request.trick}: {request.name}" for request in hostile if lane.can_send(request)}
    return {
        "lane": lane.name,
        "gateway": lane.gateway.name,
        "sent": len(tried),
        "tricks": Counter(request.trick for request in hostile if lane.can_send(request)),
        "breached": breached,
        "is_part": len(hostile) < REACHED_WHEN_OPEN_MIN,
        "known": {name: why for name, why in KNOWN.get(lane.name, {}).items() if name in tried},
        "failures": failures,
        "seconds": round(time.monotonic() - started, 1),
    }


def is_good(result: dict) -> bool:
    if result["failures"]:
        return False
    if result["lane"].endswith("-open"):
        # Of a few that were picked, each may be stopped by the gateway itself.
        return len(result["breached"]) >= REACHED_WHEN_OPEN_MIN or result["is_part"]
    return set(result["breached"]) == set(result["known"])


def report(result: dict, verbose: bool) -> None:
    count, good = len(result["breached"]), is_good(result)
    print(f"{result['gateway']}: {result['sent']} hostile requests, {count} got through, {result['seconds']} s"
          f" – {'as it must be' if good else 'WRONG'}")  # fmt: skip
    is_open = result["lane"].endswith("-open")
    shown = result["failures"] | ({} if is_open and not verbose else result["breached"])
    shown |= {name: [f"known: {why}"] for name, why in result["known"].items()}
    for name, reasons in list(shown.items())[:SHOWN_MAX]:
        print(f"    {name}: {'; '.join(reasons)[:600]}")
    if len(shown) > SHOWN_MAX:
        print(f"    … and {len(shown) - SHOWN_MAX} more")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("groups", nargs="*", help=f"{', '.join(GROUPS)}; default: all")
    arguments.add_argument("--only", help="only hostile requests in whose class or name this text stands")
    arguments.add_argument("--json", help="writes the results into a file")
    arguments.add_argument("--verbose", action="store_true", help="lists what gets through without a filter, too")
    chosen = arguments.parse_args()
    if strange := set(chosen.groups) - set(GROUPS):
        arguments.error(f"no such gateway: {', '.join(strange)}")
    names = [name for group in chosen.groups or GROUPS for name in GROUPS[group]]
    folder = scratch_folder()
    scene = Scene(folder / "scene")
    hostile, controls = hostile_requests.load(scene.made), hostile_requests.load(scene.made, "controls")
    if chosen.only:
        hostile = [one for one in hostile if chosen.only in f"{one.trick}: {one.name}"]
    lanes = [Lane(name, scene, folder) for name in names]
    with concurrent.futures.ThreadPoolExecutor(len(lanes)) as pool:
        results = list(pool.map(lambda lane: judge(lane, hostile, controls), lanes))
    for result in results:
        report(result, chosen.verbose)
    if chosen.json:
        Path(chosen.json).write_text(json.dumps(results, indent=1))
    if not all(is_good(result) for result in results):
        raise Failure("the suite fails")


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    run(main)
