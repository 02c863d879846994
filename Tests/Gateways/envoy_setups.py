"""Envoy in the ways that are compared: with the module, asking `portcullis serve`, with its own filters for tokens and
rules, and open to all."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import building
from processes import Failure, Running, free_ports, until
from scene import Scene
from signing import AUDIENCE, ISSUER

TYPES = "type.googleapis.com/envoy.extensions"


class EnvoySetup:
    """Envoy in front of a service; its listeners come from a file that may be replaced while it runs.

    mode   `module`, `hop` (ext_authz to the server at `decider`), `peer` (Envoy's jwt_authn and rbac) or `open`
    """

    speaks_http2 = True
    has_client_certificates = True
    impossible_controls: tuple[str, ...] = ()

    def __init__(self, mode: str, scene: Scene, service: int, *, folder: Path, decider: int | None = None,
                 workers: int = 1, tolerant: bool = False, tls: bool = True,
                 tells_revisions: bool = False):  # fmt: skip
        self.mode, self.scene, self.service, self.decider = mode, scene, service, decider
        self.workers, self.tolerant, self.tls, self.tells_revisions = workers, tolerant, tls, tells_revisions
        self.folder = folder
        folder.mkdir()
        self.name = {
            "module": "Envoy", "hop": "Envoy with ext_authz", "open": "Envoy without a filter",
            "peer": "Envoy with jwt_authn and rbac",
        }[mode]  # fmt: skip
        self.port, self.tls_port, self.admin_port = free_ports(3)
        self.http2_port = self.port
        if mode == "hop":
            # On loopback the server is told this machine's address, for which nobody vouches.
            self.impossible_controls = ("a report from inside, told by a trusted proxy",)
        self.running: Running | None = None
        self._supervisor: threading.Thread | None = None
        self.generation = 0

    # MARK: Life

    def start(self) -> "EnvoySetup":
        self._write("envoy.json", self.bootstrap())
        self.write_listeners()
        command = [
            building.envoy(), "-c", self.folder / "envoy.json", "--concurrency", self.workers, "--disable-hot-restart",
            "--drain-time-s", 2, "--drain-strategy", "immediate", "-l", "warning", "--component-log-level",
            "dynamic_modules:info",
        ]  # fmt: skip
        environment = {"GATEWAY_START": "1"}
        if self.mode == "module":
            environment["ENVOY_DYNAMIC_MODULES_SEARCH_PATH"] = str(building.envoy_module().parent)
        self.running = Running(command, self.folder / "out.log", environment)
        self.running.wait_for(self.port)
        self._first_pid = self.running.pid
        return self

    def stop(self) -> None:
        supervisor, self._supervisor = self._supervisor, None
        if supervisor:
            supervisor.join()
        self.running.stop()

    def reload(self) -> None:
        """Replaces the listeners by others of the same filters, and waits until they are in force."""
        self.generation += 1
        self.write_listeners()
        until(lambda: f'"generation-{self.generation}"' in self.admin("/config_dump"), 20, "the listeners are replaced")

    def supervise(self) -> None:
        """Starts it again whenever it has ended, as a supervisor of services does."""

        def watch() -> None:
            while self._supervisor:
                if not self.running.is_alive:
                    start = int(self.running.environment["GATEWAY_START"]) + 1
                    self.running.environment["GATEWAY_START"] = str(start)
                    self.running.start()
                time.sleep(0.05)

        self._supervisor = threading.Thread(target=watch, daemon=True)
        self._supervisor.start()

    def crash(self) -> None:
        """Kills it, and waits until its successor answers."""
        victim = self.running.pid
        os.kill(victim, signal.SIGKILL)
        until(lambda: self.running.pid != victim, 10, "the supervisor starts Envoy again")
        self.running.wait_for(self.port)
        self._first_pid = self.running.pid

    def check_health(self) -> None:
        if not self.running.is_alive or self.running.pid != self._first_pid:
            raise Failure(f"{self.name} has ended:\n{self.running.tail()}")

    def working_pids(self) -> list[int]:
        return [self.running.pid]

    def answering_processes(self) -> list[int]:
        """How those name themselves in answers that have policies of their own: the starts of the process."""
        return [int(self.running.environment["GATEWAY_START"])]

    def log_tail(self) -> str:
        return self.running.tail()

    def admin(self, path: str) -> str:
        from urllib.request import urlopen

        with urlopen(f"http://127.0.0.1:{self.admin_port}{path}", timeout=10) as answer:
            return answer.read().decode()

    # MARK: Configuration

    def _write(self, name: str, value: dict) -> None:
        fresh = self.folder / f"{name}.new"
        fresh.write_text(json.dumps(value, indent=1))
        os.rename(fresh, self.folder / name)

    def write_listeners(self) -> None:
        self._write("listeners.json", {"resources": self.listeners()})

    def bootstrap(self) -> dict:
        clusters = [self._cluster("service", self.service)]
        if self.decider:
            clusters.append(self._cluster("decider", self.decider))
        return {
            "node": {"id": "test", "cluster": "test"},
            "admin": {"address": self._address(self.admin_port)},
            "static_resources": {"clusters": clusters},
            "dynamic_resources": {
                "lds_config": {
                    "path_config_source": {
                        "path": str(self.folder / "listeners.json"),
                        "watched_directory": {"path": str(self.folder)},
                    },
                    "resource_api_version": "V3",
                }
            },
        }

    @staticmethod
    def _address(port: int) -> dict:
        return {"socket_address": {"address": "127.0.0.1", "port_value": port}}

    def _cluster(self, name: str, port: int) -> dict:
        return {
            "name": name,
            "type": "STATIC",
            "connect_timeout": "5s",
            "circuit_breakers": {"thresholds": [{"max_connections": 10000, "max_pending_requests": 10000, "max_requests": 10000}]},
            "load_assignment": {
                "cluster_name": name,
                "endpoints": [{"lb_endpoints": [{"endpoint": {"address": self._address(port)}}]}],
            },
        }

    def listeners(self) -> list[dict]:
        plain = {"filters": [self._connection_manager("plain")]}
        found = [self._listener("plain", self.port, plain)]
        if self.tls:
            secure = {"filters": [self._connection_manager("secure")], "transport_socket": self._server_tls()}
            found.append(self._listener("secure", self.tls_port, secure))
        return found

    def _listener(self, name: str, port: int, chain: dict) -> dict:
        return {
            "@type": "type.googleapis.com/envoy.config.listener.v3.Listener",
            "name": name,
            "address": self._address(port),
            "filter_chains": [chain],
        }

    def _server_tls(self) -> dict:
        tls = self.scene.tls
        return {
            "name": "envoy.transport_sockets.tls",
            "typed_config": {
                "@type": f"{TYPES}.transport_sockets.tls.v3.DownstreamTlsContext",
                "require_client_certificate": False,
                "common_tls_context": {
                    "tls_certificates": [
                        {
                            "certificate_chain": {"filename": str(tls / "server.pem")},
                            "private_key": {"filename": str(tls / "server.key")},
                        }
                    ],
                    "validation_context": {"trusted_ca": {"filename": str(tls / "authority.pem")}},
                },
            },
        }

    def _connection_manager(self, name: str) -> dict:
        router = {"name": "envoy.filters.http.router", "typed_config": {"@type": f"{TYPES}.filters.http.router.v3.Router"}}
        route = {"match": {"prefix": "/"}, "route": {"cluster": "service"}}
        if self.mode == "module" and self.tells_revisions:
            # Refusals carry what a route adds, too. Revisions are counted anew in each process.
            told = {
                "x-portcullis-revision": "%DYNAMIC_METADATA(portcullis:revision)%",
                "x-process": "%ENVIRONMENT(GATEWAY_START)%",
            }
            route["response_headers_to_add"] = [{"header": {"key": k, "value": v}} for k, v in told.items()]
        manager = {
            "@type": f"{TYPES}.filters.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": name,
            "use_remote_address": True,
            # To a client on loopback Envoy would add this machine's address, which the mapping does not trust.
            "skip_xff_append": self.mode != "hop",
            "forward_client_cert_details": "SANITIZE_SET",
            "set_current_client_cert_details": {"uri": True, "dns": True},
            "route_config": {
                "name": f"generation-{self.generation}",
                "virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [route]}],
            },
            "http_filters": [*self._guards(name), router],
        }
        if self.tolerant:
            manager |= {
                "http_protocol_options": {"accept_http_10": True, "default_host_for_http_10": "gateway", "allow_chunked_length": True},
                "http2_protocol_options": {"allow_connect": True},
                "normalize_path": False,
                "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
            }
        return {"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}

    def _guards(self, listener: str) -> list[dict]:
        if self.mode == "hop":
            return self._asking(is_secure=listener == "secure")
        return {"module": self._module, "peer": self._own_filters, "open": list}[self.mode]()

    def _module(self) -> list[dict]:
        settings = {
            "policies": str(self.scene.policies),
            "mapping": str(self.scene.mapping),
            "clientCertificates": "verified",
        }
        config = {
            "@type": f"{TYPES}.filters.http.dynamic_modules.v3.DynamicModuleFilter",
            "dynamic_module_config": {"name": "portcullis-envoy", "do_not_close": True},
            "filter_name": "portcullis",
            "filter_config": {
                "@type": "type.googleapis.com/google.protobuf.StringValue",
                "value": json.dumps(settings),
            },
        }
        return [{"name": "portcullis", "typed_config": config}]

    def _asking(self, is_secure: bool) -> list[dict]:
        # What only the gateway may say comes from it alone.
        told = [{"key": "x-portcullis-tls-version", "value": "TLSv1.3"}] if is_secure else []
        config = {
            "@type": f"{TYPES}.filters.http.ext_authz.v3.ExtAuthz",
            "http_service": {
                "server_uri": {"uri": f"http://127.0.0.1:{self.decider}", "cluster": "decider", "timeout": "5s"},
                "path_prefix": "/ext_authz",
                "authorization_request": {"headers_to_add": told},
                "authorization_response": {
                    "allowed_client_headers": {"patterns": [{"prefix": "x-portcullis-revision"}]},
                    "allowed_client_headers_on_success": {"patterns": [{"prefix": "x-portcullis-revision"}]},
                },
            },
            "allowed_headers": {"patterns": [{"safe_regex": {"regex": ".*"}}]},
            "disallowed_headers": {"patterns": [{"prefix": "x-portcullis-", "ignore_case": True}]},
            "failure_mode_allow": False,
        }
        return [{"name": "envoy.filters.http.ext_authz", "typed_config": config}]

    def _own_filters(self) -> list[dict]:
        tokens = {
            "@type": f"{TYPES}.filters.http.jwt_authn.v3.JwtAuthentication",
            "providers": {
                "issuer": {
                    "issuer": ISSUER,
                    "audiences": [AUDIENCE],
                    "forward": True,
                    "payload_in_metadata": "token",
                    "jwt_cache_config": {"jwt_cache_size": 100},
                    "local_jwks": {"inline_string": json.dumps(self.scene.made.key_set())},
                }
            },
            "rules": [{"match": {"prefix": "/"}, "requires": {"provider_name": "issuer"}}],
        }
        readers = {
            "metadata": {
                "filter": "envoy.filters.http.jwt_authn",
                "path": [{"key": "token"}, {"key": "sub"}],
                "value": {"string_match": {"exact": "ben"}},
            }
        }

        def rule(*patterns: dict) -> dict:
            methods = {"header": {"name": ":method", "string_match": {"exact": "GET"}}}
            return {"and_rules": {"rules": [methods, {"or_rules": {"rules": list(patterns)}}]}}

        allowed = rule(
            {"url_path": {"path": {"prefix": "/v1/models"}}}, {"url_path": {"path": {"prefix": "/v1/files/public/"}}}
        )
        rules = {
            "@type": f"{TYPES}.filters.http.rbac.v3.RBAC",
            "rules": {"action": "ALLOW", "policies": {"readers": {"permissions": [allowed], "principals": [readers]}}},
        }
        return [
            {"name": "envoy.filters.http.jwt_authn", "typed_config": tokens},
            {"name": "envoy.filters.http.rbac", "typed_config": rules},
        ]
