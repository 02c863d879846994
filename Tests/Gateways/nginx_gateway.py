"""The packaged nginx with Portcullis's module in it, on free loopback ports, for as long as a test needs it.

    with EchoBackend() as backend, NginxGateway(policies, mapping, backend=backend.address) as gateway:
        status, headers, body = gateway.request("GET", "/v1/models/small")

Everything lies in a temporary folder. Nothing here needs more than Python's own library and Debian's nginx.
"""

import http.client
import http.server
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
MODULE_FOLDER = os.path.join(REPOSITORY, ".build", "nginx-module")

LOG_FORMAT = (
    "log_format decisions escape=json '{\"method\":\"$request_method\",\"uri\":\"$request_uri\","
    "\"status\":\"$status\",\"request_id\":\"$request_id\",\"decision\":\"$portcullis_decision\","
    "\"reason\":\"$portcullis_reason\",\"revision\":\"$portcullis_revision\","
    "\"statement\":\"$portcullis_statement\",\"route\":\"$portcullis_route\","
    "\"dry_run\":\"$portcullis_dry_run\"}';"
)


def build_module(folder=MODULE_FOLDER):
    """Builds the module, or brings it up to date; returns the file that nginx loads."""
    subprocess.run([os.path.join(REPOSITORY, "Scripts", "build-nginx-module"), folder], check=True,
                   stdout=subprocess.DEVNULL)
    return os.path.join(folder, "ngx_http_portcullis_module.so")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(holds, seconds=15, what="a condition"):
    """Asks until it holds; says what did not."""
    deadline = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come in {seconds} s")
        time.sleep(0.02)


class EchoBackend:
    """A server that answers every request by a JSON description of what it was asked."""

    def __init__(self):
        backend = self
        self.requests = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                seen = {"method": self.command, "target": self.path, "headers": self.headers.items(),
                        "body": body.decode("latin-1")}
                backend.requests.append(seen)
                text = json.dumps(seen).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(text)

            def __getattr__(self, name):
                if name.startswith("do_"):
                    return self.answer
                raise AttributeError(name)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class NginxGateway:
    """nginx with the module, in front of a backend.

    policies, mapping   what `portcullis_directory` and `portcullis_mapping` name; None leaves them out
    backend             HOST:PORT that `location /` hands requests on to; without one it answers 200 itself
    workers             worker processes
    http, server        further lines of the http and server blocks; TLS_PORT in them stands for `tls_port`
    root                further lines of `location /`, which says `portcullis on` unless `mode` says otherwise
    tls                 a folder with server.pem, server.key and authority.pem: listens with TLS and HTTP/2 on
                        `tls_port`, and verifies client certificates where there are some
    log                 whether there is an access log of decisions, a JSON object a line
    """

    def __init__(self, policies, mapping, *, backend=None, workers=1, mode="on", main="", http="", server="",
                 root="", tls=None, log=True, module=None):
        self.policies, self.mapping, self.backend, self.workers = policies, mapping, backend, workers
        self.mode, self.main, self.http, self.server, self.root = mode, main, http, server, root
        self.tls, self.log = tls, log
        self.module = module or build_module()
        self.folder = tempfile.mkdtemp(prefix="portcullis-nginx-")
        os.chmod(self.folder, 0o755)
        self.port = self.tls_port = None
        self.process = None

    # Its life.

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, *_):
        self.stop()
        if kind is not None:
            print(self.error_log())
        shutil.rmtree(self.folder)

    def start(self):
        self.port, self.tls_port = free_port(), free_port()
        self.write_configuration()
        self.process = subprocess.Popen([NGINX, "-c", self.path("nginx.conf"), "-g", "daemon off;"],
                                        stderr=subprocess.PIPE)
        wait_until(lambda: self.process.poll() is not None or self.worker_pids() and self.is_reachable(),
                   what="an nginx that answers")
        if self.process.poll() is not None:
            raise AssertionError(f"nginx did not start: {self.process.stderr.read().decode()}")

    def stop(self):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
        self.process.stderr.close()
        self.process = None

    def reload(self):
        """Reads the configuration again, as `nginx -s reload` does, and waits until only new processes work."""
        old = set(self.worker_pids())
        self.process.send_signal(signal.SIGHUP)
        wait_until(lambda: (now := set(self.worker_pids())) and not now & old, 30, "new worker processes")

    def worker_pids(self):
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as children:
            pids = [int(pid) for pid in children.read().split()]
        return [pid for pid in pids if self.is_worker(pid)]

    @staticmethod
    def is_worker(pid):
        try:
            with open(f"/proc/{pid}/cmdline") as line:
                return line.read().startswith("nginx: worker process")
        except (FileNotFoundError, ProcessLookupError):
            return False

    def is_reachable(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def check_configuration(self):
        """What `nginx -t` says: whether it is content, and its words."""
        if self.port is None:
            self.port, self.tls_port = free_port(), free_port()
        self.write_configuration()
        told = subprocess.run([NGINX, "-t", "-c", self.path("nginx.conf")], capture_output=True, text=True)
        return told.returncode == 0, told.stderr

    # Its files.

    def path(self, name):
        return os.path.join(self.folder, name)

    def error_log(self):
        with open(self.path("error.log")) as log:
            return log.read()

    def decisions(self):
        """The lines of the access log."""
        with open(self.path("access.log")) as log:
            return [json.loads(line) for line in log if line.endswith("\n")]

    def write_configuration(self):
        gateway = "\n".join(
            f"    {name} {value};"
            for name, value in (("portcullis_directory", self.policies), ("portcullis_mapping", self.mapping))
            if value is not None
        )
        listen = [f"listen 127.0.0.1:{self.port};"]
        if self.tls:
            listen += [f"listen 127.0.0.1:{self.tls_port} ssl http2;",
                       f"ssl_certificate {self.tls}/server.pem;", f"ssl_certificate_key {self.tls}/server.key;",
                       f"ssl_client_certificate {self.tls}/authority.pem;", "ssl_verify_client optional;"]
        target = (f"proxy_pass http://{self.backend}; proxy_http_version 1.1; proxy_set_header Host $http_host;"
                  if self.backend else f"root {self.folder}; try_files /content =404;")
        with open(self.path("content"), "w") as content:
            content.write("content\n")
        paths = "\n".join(f"    {name}_temp_path {self.folder}/{name};"
                          for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        newline = "\n        "
        with open(self.path("nginx.conf"), "w") as configuration:
            configuration.write(f"""load_module {self.module};
pid {self.folder}/nginx.pid;
error_log {self.folder}/error.log info;
worker_processes {self.workers};
{self.main}
events {{ worker_connections 1024; }}
http {{
    {LOG_FORMAT}
    access_log {self.folder + "/access.log decisions" if self.log else "off"};
    default_type text/plain;
{paths}
{gateway}
    server {{
        {newline.join(listen)}
        {self.server}
        location / {{
            portcullis {self.mode};
            {target}
            {self.root}
        }}
    }}
    {self.http}
}}
""".replace("TLS_PORT", str(self.tls_port)))

    # Asking it.

    def request(self, method, target, *, headers=(), body=None, port=None, context=None):
        """Status, headers and body of an answer; the target goes as it is written."""
        connection = self.connection(port, context)
        try:
            return self.ask(connection, method, target, headers=headers, body=body)
        finally:
            connection.close()

    def connection(self, port=None, context=None):
        """A connection for several requests; with TLS where there is a context."""
        if context is not None:
            return http.client.HTTPSConnection("localhost", port or self.tls_port, timeout=20, context=context)
        return http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=20)

    @staticmethod
    def ask(connection, method, target, *, headers=(), body=None):
        connection.putrequest(method, target, skip_host="Host" in dict(headers), skip_accept_encoding=True)
        for name, value in dict(headers).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def raw(self, text, port=None, seconds=10):
        """Everything that comes back for bytes sent as they are; the last request should close the connection."""
        with socket.create_connection(("127.0.0.1", port or self.port), seconds) as connection:
            connection.sendall(text if isinstance(text, bytes) else text.encode("latin-1"))
            received = b""
            while piece := connection.recv(1 << 16):
                received += piece
            return received
