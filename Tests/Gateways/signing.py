"""Credentials of the tests: signing keys with their key set, tokens good and forged, client certificates.

Everything is made by the command `openssl` in a folder that the caller throws away.
"""

import base64
import hmac
import json
import subprocess
import time
from pathlib import Path

ISSUER = "https://id.acme.example/"
AUDIENCE = "models-api"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments: object, standard_input: bytes | None = None) -> bytes:
    done = subprocess.run(["openssl", *map(str, arguments)], input=standard_input, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def raw_ecdsa(der: bytes, size: int = 32) -> bytes:
    """The two numbers of an ECDSA signature, which OpenSSL writes as DER, as JWS wants them."""

    def integer(at: int) -> tuple[bytes, int]:
        length = der[at + 1]
        return der[at + 2 : at + 2 + length].lstrip(b"\0").rjust(size, b"\0"), at + 2 + length

    r, after = integer(2)
    s, _ = integer(after)
    return r + s


class SigningKey:
    """A private key and its JSON Web Key."""

    def __init__(self, folder: Path, kid: str, algorithm: str):
        self.kid, self.algorithm = kid, algorithm
        self.private, self.public = folder / f"{kid}.key", folder / f"{kid}.pub"
        options = {
            "RS256": ("RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
            "ES256": ("EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
            "EdDSA": ("ED25519",),
        }[algorithm]
        openssl("genpkey", "-algorithm", *options, "-out", self.private)
        openssl("pkey", "-in", self.private, "-pubout", "-out", self.public)
        der = openssl("pkey", "-in", self.private, "-pubout", "-outform", "DER")
        self.jwk = {"kid": kid, "alg": algorithm, "use": "sig"} | self._numbers(der)

    def _numbers(self, der: bytes) -> dict[str, str]:
        if self.algorithm == "ES256":
            return {"kty": "EC", "crv": "P-256", "x": base64url(der[-64:-32]), "y": base64url(der[-32:])}
        if self.algorithm == "EdDSA":
            return {"kty": "OKP", "crv": "Ed25519", "x": base64url(der[-32:])}
        text = openssl("rsa", "-pubin", "-in", self.public, "-noout", "-modulus").decode()
        return {"kty": "RSA", "n": base64url(bytes.fromhex(text.split("=")[1])), "e": "AQAB"}

    def sign(self, message: bytes) -> bytes:
        if self.algorithm != "EdDSA":
            signature = openssl("dgst", "-sha256", "-sign", self.private, standard_input=message)
            return raw_ecdsa(signature) if self.algorithm == "ES256" else signature
        # One-shot algorithms want a file, not a pipe.
        file = self.private.with_suffix(".message")
        file.write_bytes(message)
        return openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.private, "-in", file)


class Credentials:
    """What the clients of one run of the tests show, below one folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.keys = {name: SigningKey(folder, name.lower(), name) for name in ("RS256", "ES256", "EdDSA")}
        self.stranger = SigningKey(folder, "stranger", "ES256")
        self.tokens: dict[str, str] = {}

    def key_set(self) -> dict:
        return {"keys": [key.jwk for key in self.keys.values()]}

    # MARK: Tokens

    def claims(self, subject: str, **changes: object) -> dict[str, object]:
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now - 5, "exp": now + 3600} | changes
        return {name: value for name, value in claims.items() if value is not None}

    def header(self, algorithm: str, **changes: object) -> dict[str, object]:
        header = {"alg": algorithm, "typ": "JWT", "kid": self.keys[algorithm].kid} | changes
        return {name: value for name, value in header.items() if value is not None}

    def token(self, subject: str, algorithm: str = "ES256", **claims: object) -> str:
        """A token as the issuer makes it; a claim that is None is left out."""
        return self.signed(self.header(algorithm), self.claims(subject, **claims), self.keys[algorithm])

    def signed(self, header: dict | bytes, claims: dict | bytes, key: SigningKey) -> str:
        """A token of any header and claims, or of any bytes in their place, rightly signed."""
        message = ".".join(base64url(p if isinstance(p, bytes) else json.dumps(p).encode()) for p in (header, claims))
        return f"{message}.{base64url(key.sign(message.encode()))}"

    def keyed(self, header: dict, claims: dict, secret: bytes) -> str:
        """A token under HMAC-SHA-256, as somebody makes it who knows public things only."""
        message = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
        return f"{message}.{base64url(hmac.digest(secret, message.encode(), 'sha256'))}"

    # MARK: Certificates

    def make_authority(self, name: str) -> None:
        openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE",
            "-keyout", self.folder / f"{name}.key", "-out", self.folder / f"{name}.pem",
        )  # fmt: skip

    def make_certificate(self, name: str, *alternative_names: str, authority: str = "authority") -> Path:
        """Makes `name.pem` and `name.key` under an authority; alternative names as OpenSSL writes them, `URI:…`."""
        key, request = self.folder / f"{name}.key", self.folder / f"{name}.csr"
        certificate, extensions = self.folder / f"{name}.pem", self.folder / f"{name}.ext"
        openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", f"/CN={name}", "-keyout", key, "-out", request,
        )  # fmt: skip
        extensions.write_text(f"subjectAltName={','.join(alternative_names)}\n" if alternative_names else "\n")
        openssl(
            "x509", "-req", "-days", "2", "-in", request, "-out", certificate, "-extfile", extensions,
            "-CA", self.folder / f"{authority}.pem", "-CAkey", self.folder / f"{authority}.key", "-CAcreateserial",
        )  # fmt: skip
        # Servers that run as somebody else read it.
        key.chmod(0o644)
        return certificate

    def make_certificates(self) -> None:
        """The authority that gateways trust, a server, clients of it, and a client of an authority nobody trusts."""
        self.make_authority("authority")
        self.make_authority("impostor")
        self.make_certificate("server", "DNS:localhost", "IP:127.0.0.1")
        self.make_certificate("trainer", "URI:spiffe://acme.example/workload/trainer/run-42")
        self.make_certificate("edge", "URI:spiffe://acme.example/gateway/edge")
        self.make_certificate("two-names", "URI:spiffe://acme.example/workload/trainer/a", "URI:spiffe://acme.example/workload/trainer/b")
        self.make_certificate("other-domain", "URI:spiffe://evil.example/workload/trainer/run-42")
        self.make_certificate("nameless")
        self.make_certificate("false-trainer", "URI:spiffe://acme.example/workload/trainer/run-42", authority="impostor")
