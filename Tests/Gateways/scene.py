"""What the acceptance tests share: the policies and mapping of Examples/gateway, with keys of this run and two sets of
policies that differ, one of them in force at a time."""

import json
import os
import shutil
from pathlib import Path

from processes import REPOSITORY
from signing import Credentials

ACCOUNT = "policies/accounts/111122223333"


class Scene:
    """A folder with `mapping.json`, `keys.json` and `current`, a link to one of the sets of policies.

    The sets differ in one thing: ben may not read the model `beta` by set `a`, and not `alpha` by set `b`.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        shutil.copytree(REPOSITORY / "Examples/gateway", folder, dirs_exist_ok=True)
        self.made = Credentials(folder / "credentials")
        self.made.make_certificates()
        self.mapping, self.policies = folder / "mapping.json", folder / "current"
        self.write("keys.json", json.dumps(self.made.key_set()))
        for name, kept_from_ben in (("a", "beta"), ("b", "alpha")):
            self._make_set(name, kept_from_ben)
        self.put_in_force("a")

    def _make_set(self, name: str, kept_from_ben: str) -> None:
        account = self.folder / name / "accounts"
        shutil.copytree(self.folder / "policies/accounts", account)
        inline = account / "111122223333/users/ben/inline"
        inline.mkdir(exist_ok=True)
        statement = {
            "Effect": "Deny",
            "Action": "models:GetModel",
            "Resource": f"arn:aws:models:eu-west-1:111122223333:model/{kept_from_ben}",
        }
        text = json.dumps({"Version": "2012-10-17", "Statement": statement})
        (inline / "not-this-one.json").write_text(text)

    def make_faulty_set(self, name: str) -> None:
        """A set in which a policy has an element that nobody knows."""
        self._make_set(name, "gamma")
        policy = self.folder / name / "accounts/111122223333/users/ben/inline/not-this-one.json"
        policy.write_text(policy.read_text().replace('"Effect"', '"Effekt"'))

    def put_in_force(self, name: str) -> None:
        """Swaps the link in one step."""
        fresh = self.folder / "current.new"
        fresh.symlink_to(name)
        os.rename(fresh, self.policies)

    def write(self, name: str, text: str) -> None:
        """Replaces a file in one step."""
        fresh = self.folder / f"{name}.new"
        fresh.write_text(text)
        os.rename(fresh, self.folder / name)

    def write_in_place(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    @property
    def tls(self) -> Path:
        return self.made.folder
