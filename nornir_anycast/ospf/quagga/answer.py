"""An output that is an answer: silence and refusals are not."""

from __future__ import annotations

import re

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf.text import Cursor

# What vtysh and the daemons print instead of an answer, most of it with exit status 0.
_REFUSALS = (
    # Quagga, FRR: "OSPF Routing Process not enabled", "% OSPF is not enabled in vrf default"
    (re.compile(r"(?:% )?OSPF (?:Routing Process|instance)?.*not (?:enabled|found)"), "there is no OSPF instance"),
    (re.compile(r"(?:% )?There isn't active ospf instance"), "there is no OSPF instance"),
    (re.compile(r"\w+d? is not running"), "the daemon does not run"),
    (re.compile(r"Exiting: failed to connect to any daemons"), "no routing daemon runs"),
    # Quagga takes a word that it does not know for the name of an interface.
    (re.compile(r"No such interface"), "the router does not know this command, or no such interface"),
    (re.compile(r"% (?:Unknown|Ambiguous|Command incomplete|There is no matched)"), "the router refuses this command"),
)


def open_answer(command: str, text: str) -> Cursor:
    """Return a cursor at the first line of an answer.

    Arguments:
        command: what was asked.
        text: what came.

    Raises:
        ParseError: nothing came, or a refusal: no OSPF instance, no daemon, an unknown command.

    """
    cursor = Cursor(command, text)
    if cursor.at_end:
        raise ParseError(command, 1, "", "empty output")
    first = text.lstrip()
    for refusal, reason in _REFUSALS:
        if refusal.match(first):
            cursor.fail(reason, len(text) - len(first))
    return cursor
