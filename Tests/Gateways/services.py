"""The service that gateways stand before where it must be fast: an nginx that answers everything by one word."""

from pathlib import Path

import building
from processes import Running, free_ports

CONTENT = "served\n"


def start_fast_service(folder: Path) -> tuple[Running, int]:
    port = free_ports(1)[0]
    folder.mkdir()
    temporary = "\n".join(
        f"    {name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(f"""
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    access_log off;
{temporary}
    keepalive_requests 100000000;
    default_type text/plain;
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        location / {{ return 200 "served\\n"; }}
    }}
}}
""")
    running = Running([building.nginx(), "-c", folder / "nginx.conf", "-g", "daemon off;"], folder / "out.log")
    return running.wait_for(port), port
