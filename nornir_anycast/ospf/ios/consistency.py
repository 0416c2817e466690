"""The list of all LSAs against the LSAs in full: what is cut out of an output is missed by the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nornir_anycast.errors import ParseError
from nornir_anycast.ospf.ios.database import COMMANDS
from nornir_anycast.ospf.ios.lsa_list import COMMAND
from nornir_anycast.ospf.model import MAX_AGE_S, Lsa, RouterLsa

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nornir_anycast.ospf.ios.lsa_list import LsaList
    from nornir_anycast.ospf.ios.process import Process
    from nornir_anycast.ospf.ios.sections import LsaKey

_AS_EXTERNAL = 5
_NEW_S = 60
"""An LSA of this age was there before the first of the commands."""


def check_complete(listed: LsaList, lsas: Mapping[LsaKey, Lsa]) -> None:
    """Raise :class:`ParseError` if what is listed is not what is shown in full.

    The database can change between two commands: what is at MaxAge may go at any moment, and what is new may have come.
    Apart from that, a database that has changed cannot be told from an output that is damaged; a second look will tell.
    """
    for key, line in listed.lsas.items():
        if key.lsa_type not in COMMANDS or line.age_s >= MAX_AGE_S:
            continue
        lsa = lsas.get(key)
        if lsa is None:
            listed.fail(key, f"{COMMANDS[key.lsa_type]!r} does not show this LSA: cut off, or withdrawn meanwhile")
        if isinstance(lsa, RouterLsa) and lsa.sequence == line.sequence and len(lsa.links) != line.links:
            listed.fail(key, f"{COMMANDS[key.lsa_type]!r} shows {len(lsa.links)} links of this LSA")
    for key, lsa in lsas.items():
        if key not in listed.lsas and _NEW_S <= lsa.age_s < MAX_AGE_S:
            what = f"{key.link_state_id} of {key.advertising_router}, {lsa.age_s} s old"
            raise ParseError(COMMANDS[key.lsa_type], 0, what, f"{COMMAND!r} does not list this LSA")


def check_absent(lsa_type: int, process: Process, listed: LsaList | None) -> None:
    """Raise :class:`ParseError` unless it is certain that there is no LSA of a type whose output is missing.

    The list can be cut off too, so it must have as many LSAs as ``show ip ospf`` counts.
    """
    command = COMMANDS[lsa_type]
    if listed is None:
        raise ParseError(command, 0, "", "no output of this command")
    if listed.count(lsa_type):
        raise ParseError(command, 0, "", f"no output of this command, and there are {listed.count(lsa_type)} such LSAs")
    if lsa_type == _AS_EXTERNAL:
        complete = process.externals == 0
    else:
        areas = [area.area_id for area in process.areas]
        complete = all(process.area_lsas.get(area) == listed.count_of_area(area) for area in areas)
    if not complete:
        raise ParseError(command, 0, "", "no output of this command, and the list of LSAs is not complete")
