"""No secret of a running configuration is kept, and nothing else is lost."""

from __future__ import annotations

import pytest

from nornir_anycast.redaction import redact

SECRETS = [
    "password {}",
    "enable password 8 {}",
    "enable secret 5 {}",
    "username admin privilege 15 secret 9 {}",
    "username bob password 7 {}",
    " ip ospf authentication-key {}",
    " ip ospf authentication-key 7 {}",
    " ip ospf message-digest-key 1 md5 {}",
    " ip ospf message-digest-key 1 md5 7 {}",
    " ip ospf authentication-key {} 192.0.2.1",
    "  key-string {}",
    "  key-string 7 {}",
    " neighbor 192.0.2.1 password {}",
    "snmp-server community {} RO",
    " area 1 virtual-link 198.51.100.1 authentication-key {}",
    " area 1 virtual-link 198.51.100.1 message-digest-key 2 md5 {}",
    "ntp authentication-key 1 md5 {} 7",
    "tacacs-server key 7 {}",
    "radius-server key {}",
    " ip rip authentication string {}",
    " standby 1 authentication md5 key-string {}",
    "crypto isakmp key {} address 192.0.2.1",
]
HARMLESS = """hostname r1
service password-encryption
interface eth0
 ip ospf authentication message-digest
 ip ospf cost 10
router ospf
 ospf router-id 198.51.100.1
 area 1 authentication message-digest
key chain ospf
 key 1
  cryptographic-algorithm hmac-sha-256
"""


@pytest.mark.parametrize("line", SECRETS)
@pytest.mark.parametrize("secret", ["s3cret", "$1$a/b+c", "14161606050A", "x" * 200, "md5", "pass<word>"])
def test_secrets_are_replaced(line: str, secret: str) -> None:
    said = redact("hostname r1\n" + line.format(secret) + "\nend\n")

    before, after = line.split("{}")
    assert said.startswith(f"hostname r1\n{before}<redacted ")
    assert said.endswith(f">{after}\nend\n")
    assert redact(said) == said


def test_nothing_else_is() -> None:
    assert redact(HARMLESS) == HARMLESS


def test_equal_secrets_are_equal_words_under_one_key_only() -> None:
    one, two = "password geheim", " ip ospf authentication-key geheim"

    assert redact(one).split(" ", 1)[1] == redact(two).split("key ", 1)[1]
    assert redact(one) != redact("password other")
    assert redact(one, b"a") != redact(one, b"b")
