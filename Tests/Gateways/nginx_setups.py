"""nginx in the ways that are compared: with the module, asking `portcullis serve`, and open to all."""

import os
import signal
from pathlib import Path

import building
from processes import Failure, Running, free_ports, last_lines, until
from scene import Scene

# Headers for the decision server: what the client sent stands behind names that it cannot set.
ASKING = """
        location = /portcullis-asks {{
            internal;
            proxy_pass http://decider/auth_request;
            proxy_http_version 1.1;
            proxy_method GET;
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_set_header Transfer-Encoding "";
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_set_header X-Original-Method $request_method;
            proxy_set_header X-Original-URI $request_uri;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Client-Cert "";
            proxy_set_header X-Portcullis-TLS-Version $ssl_protocol;
        }}
"""
# The question takes the place of these, so the server cannot judge what the client sent; the service never gets it.
ASKED = (
    "auth_request /portcullis-asks; "
    'proxy_set_header X-Original-URI ""; proxy_set_header X-Original-Method ""; proxy_set_header X-Forwarded-Client-Cert "";'
)


class NginxSetup:
    """nginx in front of a service.

    mode      `module`, `hop` (auth_request to the server at `decider`) or `open`
    service   the port of the service
    tolerant  lets through what nginx would drop or mend itself, so that more of it reaches the filter
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
        folder.chmod(0o755)
        self.name = {"module": "nginx", "hop": "nginx with auth_request", "open": "nginx without a filter"}[mode]
        # nginx 1.22 hands names of certificates to no other server.
        self.has_client_certificates = mode != "hop"
        self.port, self.http2_port, self.tls_port = free_ports(3)
        self.running: Running | None = None

    # MARK: Life

    def start(self) -> "NginxSetup":
        self.write_configuration()
        self.running = Running([building.nginx(), "-c", self.folder / "nginx.conf", "-g", "daemon off;"], self.folder / "out.log")
        self.running.wait_for(self.port)
        until(lambda: len(self.worker_pids()) >= self.workers, 10, "nginx has its workers")
        self._first_pids = self.worker_pids()
        return self

    def stop(self) -> None:
        self.running.stop()

    def reload(self) -> None:
        """What `nginx -s reload` does; ends when only new processes work."""
        old = set(self.worker_pids())
        self.running.process.send_signal(signal.SIGHUP)
        until(lambda: len(now := set(self.worker_pids())) >= self.workers and not now & old, 30, "workers anew")
        self._first_pids = self.worker_pids()

    def kill_worker(self) -> None:
        """Kills one worker process as a crash would, and waits for its successor."""
        victim = self.worker_pids()[0]
        os.kill(victim, signal.SIGKILL)
        until(lambda: victim not in (now := self.worker_pids()) and len(now) >= self.workers, 10, "a new worker")
        self._first_pids = self.worker_pids()

    def worker_pids(self) -> list[int]:
        pids = Path(f"/proc/{self.running.pid}/task/{self.running.pid}/children").read_text().split()
        return [int(pid) for pid in pids if self._is_worker(pid)]

    @staticmethod
    def _is_worker(pid: str) -> bool:
        try:
            line = Path(f"/proc/{pid}/cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return False
        return line.startswith("nginx: worker process") and "shutting down" not in line

    def check_health(self) -> None:
        """Fails where a process has ended since the start."""
        if not self.running.is_alive or sorted(self.worker_pids()) != sorted(self._first_pids):
            raise Failure(f"{self.name}: a process has ended:\n{self.log_tail()}")

    def working_pids(self) -> list[int]:
        return self.worker_pids()

    def answering_processes(self) -> list[int]:
        """The processes that name themselves in answers, each with policies of its own."""
        return self.worker_pids()

    def log_tail(self) -> str:
        log = self.folder / "error.log"
        return last_lines(log if log.exists() else self.running.log)

    # MARK: Configuration

    def write_configuration(self) -> None:
        (self.folder / "nginx.conf").write_text(self.configuration())

    def configuration(self) -> str:
        folder, tls = self.folder, self.scene.tls
        temporary = "\n".join(
            f"    {name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        tolerance = "underscores_in_headers on; ignore_invalid_headers off; merge_slashes off;" if self.tolerant else ""
        secure = f"""
        listen 127.0.0.1:{self.http2_port} http2;
        listen 127.0.0.1:{self.tls_port} ssl;
        ssl_certificate {tls}/server.pem;
        ssl_certificate_key {tls}/server.key;
        ssl_client_certificate {tls}/authority.pem;
        ssl_verify_client optional;
""" if self.tls else ""  # fmt: skip
        decider = f"upstream decider {{ server 127.0.0.1:{self.decider}; keepalive 64; }}" if self.decider else ""
        return f"""
{f"load_module {building.nginx_module()};" if self.mode == "module" else ""}
pid {folder}/nginx.pid;
error_log {folder}/error.log notice;
worker_processes {self.workers};
worker_rlimit_nofile 4096;
events {{ worker_connections 1024; }}
http {{
    access_log off;
{temporary}
    {tolerance}
    keepalive_requests 100000000;
    upstream service {{ server 127.0.0.1:{self.service}; keepalive 64; keepalive_requests 100000000; }}
    {decider}
{self._guard_of_http()}
    server {{
        listen 127.0.0.1:{self.port};
{secure}
        location / {{
{self._guard_of_location()}
            proxy_pass http://service;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
        }}
{ASKING.format() if self.mode == "hop" else ""}
    }}
}}
"""

    def _guard_of_http(self) -> str:
        if self.mode != "module":
            return ""
        return f"""
    portcullis_directory {self.scene.policies};
    portcullis_mapping {self.scene.mapping};
"""

    def _guard_of_location(self) -> str:
        guard = {"module": "portcullis on;", "hop": ASKED, "open": ""}[self.mode]
        if self.mode == "module" and self.tells_revisions:
            # Revisions are counted anew in each process.
            guard += " add_header X-Process $pid always; add_header X-Portcullis-Revision $portcullis_revision always;"
        return f"            {guard}"
