"""How FRR and Quagga choose among external routes, where that is not what RFC 2328 section 16.4 says.

``ospf_ase_calculate_route`` looks at one LSA after the other, and notes the way to the ASBR of the LSA it looked at last
as that of the best one (``or->u.ext.asbr = asbr_route``), also when that LSA lost. The next LSA is then compared with a
mixture of two. It matters where section 16.4.1 does: if some ASBRs are reached inside an area that is not the backbone,
and others by the backbone or from another area. A dearer node can win there, and equal ones lose their share.

The order is that of the LSDB when the SPF has run, and that of arrival when an external LSA alone has changed: the
former is what is worked out here, the latter cannot be seen from outside (measured: FRR 8.4.4 and 10.3).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nornir_anycast.ospf.origin import Origin

_PASSED_OVER = 4
"""Before the rank of what is better by the RFC, but not chosen: behind all others."""


def rank_as_frr(externals: Sequence[Origin]) -> tuple[Origin, ...]:
    """Return the external announcements of a prefix, given in the order of the LSDB, ranked as FRR ranks them."""
    counting = [origin for origin in externals if origin.counts]
    ways = [_way(origin) for origin in counting]
    if len(set(ways)) == 1 or not counting:
        return tuple(externals)
    best = [counting[0]]
    for origin, way, way_before in zip(counting[1:], ways[1:], ways, strict=False):
        new, old = _with_way(origin, way), _with_way(best[0], way_before)
        if new < old:
            best = [origin]
        elif new == old:
            best.append(origin)
    return tuple(
        replace(
            origin,
            rank=origin.rank if origin in best or origin.rank > best[0].rank else (_PASSED_OVER, *origin.rank),
            # Of two, the better one wins in either order.
            depends_on_order=len(counting) > len(("better", "worse")),
        )
        if origin.counts
        else origin
        for origin in externals
    )
