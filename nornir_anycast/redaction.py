"""Take the secrets out of a running configuration, before anybody sees or saves it. Pure.

A secret becomes a word that stands for it. Equal secrets become equal words within one process, so that two ends of a
link can still be compared; the words say nothing of the secret, for the key they are made with is never written down.
"""

from __future__ import annotations

import hmac
import re
import secrets

_KEY = secrets.token_bytes(32)

# The word after one of these is a secret, in the syntax of FRR, Quagga and Cisco IOS. A number before it says how it is
# encrypted: "enable secret 5 $1$...", "key-string 7 0822455D0A16"; type 7 is readable, so none is kept.
_INTRODUCED = re.compile(
    r"""(?P<before>(?:^|\s)(?:
          password | secret | key-string | auth-pass | passphrase | pre-shared-key | community | md5-key
        | authentication-key[ ]\d+[ ]md5 | authentication-key(?![ ]\d+[ ]md5[ ]) | message-digest-key[ ]\d+[ ]\S+
        | (?:\S*server|isakmp)[ ]key | authentication[ ](?:string|text|md5[ ]key-string)
        )[ ](?:\d{1,2}[ ](?=\S))?+)
        (?P<secret>(?!<redacted[ ])\S+)""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)


def redact(text: str, key: bytes = _KEY) -> str:
    """Replace the secrets in a configuration by words like ``<redacted 3f9a01bc>``.

    Arguments:
        text: a running configuration of FRR, Quagga or Cisco IOS.
        key: what the words are made with; equal secrets have equal words under one key.

    >>> redact(" ip ospf message-digest-key 1 md5 s3cret", b"doctest")
    ' ip ospf message-digest-key 1 md5 <redacted 7d2ba6b5>'

    """

    def word(match: re.Match[str]) -> str:
        digest = hmac.digest(key, match["secret"].encode(), "sha256").hex()[:8]
        return f"{match['before']}<redacted {digest}>"

    return _INTRODUCED.sub(word, text)
