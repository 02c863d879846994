"""Credentials for tests of gateways, made with the program openssl: tokens, authorities and certificates."""

import base64
import json
import os
import subprocess
import tempfile
import time


def openssl(*arguments, **options):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, **options).stdout


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class TokenIssuer:
    """Signs JSON Web Tokens with an Ed25519 key, whose public half a mapping gets as a key set."""

    def __init__(self, folder, issuer="https://id.acme.example/", audience="models-api"):
        self.key, self.issuer, self.audience = os.path.join(folder, "issuer.key"), issuer, audience
        openssl("genpkey", "-algorithm", "ed25519", "-out", self.key)

    def key_set(self):
        # The last 32 bytes of the DER form are the key.
        public = openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")[-32:]
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "test",
                          "x": base64url(public)}]}

    def token(self, subject, lifetime=600, **claims):
        """A token of a subject, good for so many seconds; further claims replace those that it has anyway."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.audience, "sub": subject, "iat": now, "exp": now + lifetime,
                  **claims}
        head = {"alg": "EdDSA", "typ": "JWT", "kid": "test"}
        text = ".".join(base64url(json.dumps(part).encode()) for part in (head, claims))
        with tempfile.NamedTemporaryFile() as message:
            message.write(text.encode())
            message.flush()
            signature = openssl("pkeyutl", "-sign", "-inkey", self.key, "-rawin", "-in", message.name)
        return f"{text}.{base64url(signature)}"

    def headers(self, subject, **claims):
        """The header that a client sends."""
        return {"Authorization": f"Bearer {self.token(subject, **claims)}"}


class Authority:
    """A certificate authority in a folder: authority.pem, and NAME.pem with NAME.key for each certificate."""

    def __init__(self, folder, name="authority", key=("ed25519",)):
        """`key` is what `openssl req -newkey` takes: not every server asks clients for Ed25519."""
        self.folder, self.name, self.key = folder, name, key
        openssl("req", "-x509", "-newkey", *key, "-nodes", "-days", "2", "-subj", "/CN=Authority of a test",
                "-keyout", self.path(name + ".key"), "-out", self.path(name + ".pem"))
        os.chmod(folder, 0o755)

    def path(self, name):
        return os.path.join(self.folder, name)

    def issue(self, name, alternative_names, subject="/O=Acme/CN=test"):
        """A certificate such as `issue("pod", "URI:spiffe://acme.example/x")`; returns its files."""
        openssl("req", "-newkey", *self.key, "-nodes", "-subj", subject,
                "-addext", f"subjectAltName={alternative_names}",
                "-keyout", self.path(name + ".key"), "-out", self.path(name + ".csr"))
        openssl("x509", "-req", "-in", self.path(name + ".csr"), "-days", "2", "-copy_extensions", "copy",
                "-CA", self.path(self.name + ".pem"), "-CAkey", self.path(self.name + ".key"),
                "-CAcreateserial", "-out", self.path(name + ".pem"))
        return self.path(name + ".pem"), self.path(name + ".key")
