"""A copy of Examples/gateway that a test may change, with tokens that its mapping believes."""

import json
import os
import shutil
import tempfile

from credentials import TokenIssuer
from nginx_gateway import REPOSITORY


class ExampleWorld:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="portcullis-world-")
        os.chmod(self.folder, 0o755)
        self.policies = os.path.join(self.folder, "policies")
        self.mapping = os.path.join(self.folder, "mapping.json")
        shutil.copytree(os.path.join(REPOSITORY, "Examples", "gateway"), self.folder, dirs_exist_ok=True)
        self.issuer = TokenIssuer(self.folder)
        self.write("keys.json", json.dumps(self.issuer.key_set()))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def write(self, name, text):
        """Replaces a file in one step."""
        path = os.path.join(self.folder, name)
        with open(path + ".new", "w") as file:
            file.write(text)
        os.rename(path + ".new", path)

    def read(self, name):
        with open(os.path.join(self.folder, name)) as file:
            return file.read()

    def change_mapping(self, change):
        """Lets a function change the mapping's JSON."""
        mapping = json.loads(self.read("mapping.json"))
        change(mapping)
        self.write("mapping.json", json.dumps(mapping))

    def person(self, name, **claims):
        return self.issuer.headers(name, **claims)

    SUSPENSION = "policies/accounts/111122223333/users/{}/inline/suspended.json"

    def suspend(self, user):
        """Denies a user everything."""
        name = self.SUSPENSION.format(user)
        os.makedirs(os.path.dirname(os.path.join(self.folder, name)), exist_ok=True)
        self.write(name, self.read(self.SUSPENSION.format("mallory")))

    def readmit(self, user):
        os.remove(os.path.join(self.folder, self.SUSPENSION.format(user)))
