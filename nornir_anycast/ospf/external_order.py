"""How FRR chooses among external routes, where that is not what RFC 2328 section 16.4 says.

``ospf_ase_calculate_route`` looks at one LSA after the other, and notes the way to the ASBR of the LSA it looked at
last as that of the best one (``or->u.ext.asbr = asbr_route``), also when that LSA lost. The next LSA is then compared
with a mixture of two. It matters where section 16.4.1 does: if some ASBRs are reached inside an area that is not the
backbone, and others by the backbone or from another area. A dearer node can win there, and equal ones lose their share.

The order is that of the LSDB when the SPF has run, and that of arrival when an external LSA alone has changed: the
former is what is worked out here, the latter cannot be seen from outside. Seen in FRR 8.4.4 and 10.3; the line is older
than FRR, so Quagga has it too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nornir_anycast.ospf.origin import Origin

_WAY = -2
"""Place in a rank of the preference of section 16.4.1: the last but one, before the cost."""
_PASSED_OVER = 4
"""Put before the rank of what is better by the RFC but not chosen: behind all others."""
_NEVER_MIXED = 2
"""Of two LSAs the better one wins in either order."""


def rank_as_frr(externals: Sequence[Origin]) -> tuple[Origin, ...]:
    """Return the external announcements of a prefix, given in the order of the LSDB, ranked as FRR ranks them."""
    counting = [origin for origin in externals if origin.counts]
    ways = [origin.rank[_WAY] for origin in counting]
    if len(set(ways)) <= 1:
        return tuple(externals)
    best = [counting[0]]
    for origin, way_before in zip(counting[1:], ways, strict=False):
        noted = (*best[0].rank[:_WAY], way_before, best[0].rank[-1])
        if origin.rank < noted:
            best = [origin]
        elif origin.rank == noted:
            best.append(origin)

    def ranked(origin: Origin) -> Origin:
        rank = origin.rank
        if origin in best:
            rank = best[0].rank
        elif rank <= best[0].rank:
            rank = (_PASSED_OVER, *rank)
        return replace(origin, rank=rank, depends_on_order=len(counting) > _NEVER_MIXED)

    return tuple(ranked(origin) if origin.counts else origin for origin in externals)
