"""Keys, tokens and certificates that tests make for themselves with OpenSSL."""

import base64
import json
import pathlib
import subprocess
import tempfile
import time


def openssl(*arguments, data=None):
    return subprocess.run(
        ["openssl", *map(str, arguments)], input=data, check=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ).stdout


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class TokenIssuer:
    """Issues tokens as the mapping of Examples/gateway expects them, signed with an Ed25519 key of its own."""

    def __init__(self, folder):
        self.key = pathlib.Path(folder) / "issuer.key"
        openssl("genpkey", "-algorithm", "ed25519", "-out", self.key)
        public = openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")
        self.keys = {
            "keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "test", "x": base64url(public[-32:])}]
        }

    def token(self, user, **claims):
        now = int(time.time())
        header = {"alg": "EdDSA", "typ": "JWT", "kid": "test"}
        body = {
            "iss": "https://id.acme.example/", "aud": "models-api", "sub": user,
            "iat": now - 5, "exp": now + 600, **claims,
        }
        text = ".".join(base64url(json.dumps(part).encode()) for part in (header, body))
        with tempfile.NamedTemporaryFile() as file:
            file.write(text.encode())
            file.flush()
            signature = openssl("pkeyutl", "-sign", "-inkey", self.key, "-rawin", "-in", file.name)
        return f"{text}.{base64url(signature)}"

    def bearer(self, user, **claims):
        return {"authorization": "Bearer " + self.token(user, **claims)}


class Authority:
    """Certificates below an authority of the test's own, as NAME.pem and NAME.key in a folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.make("ca")
        self.issue("server", "DNS:localhost")

    def make(self, name, subject=None):
        """An authority."""
        openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={subject or name}",
            "-keyout", self.folder / f"{name}.key", "-out", self.folder / f"{name}.pem",
        )

    def issue(self, name, alternative, authority="ca"):
        """A certificate with a subject's alternative name such as `URI:spiffe://…`."""
        key, request = self.folder / f"{name}.key", self.folder / f"{name}.csr"
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
        openssl("req", "-new", "-key", key, "-subj", f"/CN={name}", "-out", request)
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternative}\n")
        openssl(
            "x509", "-req", "-in", request, "-CA", self.folder / f"{authority}.pem",
            "-CAkey", self.folder / f"{authority}.key", "-CAcreateserial", "-days", "2",
            "-extfile", extensions, "-out", self.folder / f"{name}.pem",
        )
