"""`portcullis serve`, for gateways that ask another process."""

from pathlib import Path

import building
from processes import Running, free_ports
from scene import Scene


def serve(scene: Scene, log: Path) -> int:
    """Starts it with the policies and mapping that gateways of the scene have; returns its port."""
    port = free_ports(1)[0]
    command = [
        building.portcullis(), "serve", scene.policies, "--mapping", scene.mapping, "--listen", f"127.0.0.1:{port}",
        "--trust-client-cert-header",
    ]  # fmt: skip
    Running(command, log).wait_for(port)
    return port
