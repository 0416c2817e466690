"""The catchments as they are and as they would be, and single points of failure. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from nornir_anycast.checks.cells import installed_hops
from nornir_anycast.checks.hosts import why_blind
from nornir_anycast.checks.scene import Scene
from nornir_anycast.errors import UsageError
from nornir_anycast.intent import Service
from nornir_anycast.ospf.origins import Catchment
from nornir_anycast.whatif.losses import Loss, single_losses
from nornir_anycast.whatif.model import Forecast, Shift, SinglePoint, Unsaid
from nornir_anycast.whatif.stakes import Stakes
from nornir_anycast.whatif.world import Rest, World


def forecast(scene: Scene, losses: Sequence[Loss]) -> Forecast:
    """Work out the catchments without what is lost; nothing may be lost.

    Arguments:
        scene: the intent and what was seen.
        losses: all at once.

    Returns:
        One row for each service and router of the intent that is not lost. A router whose RIB is not what its LSDB
        predicts is not predicted.

    Raises:
        UsageError: it cannot be said what OSPF would make of the loss of a link.

    """
    world = World(scene)
    return _forecast(world, _now(world), losses)


def find_single_points(scene: Scene) -> Forecast:
    """Try every single loss (see `single_losses`), one at a time; see `forecast`."""
    world = World(scene)
    rows = _now(world)
    points: list[SinglePoint] = []
    unsaid: list[Unsaid] = []
    # A router that is not known whatever is lost is in the rows of now.
    stakes = Stakes(world, [row for row in rows if row.nodes_before is not None])
    for loss in single_losses(scene.intent):
        try:
            rest = world.without([loss])
            moved = [_shift(world, row, rest) for row in stakes.touched(rest) if row.router != loss.host]
        except UsageError as error:
            unsaid.append(Unsaid(loss=loss.name, reason=str(error)))
            continue
        points += _single_points(loss, moved)
        reasons = (shift.reason for shift in moved if shift.reason)
        unsaid += [Unsaid(loss=loss.name, reason=reason) for reason in dict.fromkeys(reasons)]
    return Forecast(
        without=(),
        catchments=tuple(replace(row, nodes_after=row.nodes_before) for row in rows),
        single_points=tuple(points),
        unsaid=tuple(unsaid),
    )


def _forecast(world: World, rows: Sequence[Shift], losses: Sequence[Loss]) -> Forecast:
    rest = world.without(losses)
    lost = {loss.host for loss in losses}
    return Forecast(
        without=tuple(loss.name for loss in losses),
        catchments=tuple(_shift(world, row, rest) for row in rows if row.router not in lost),
    )


def _single_points(loss: Loss, shifts: Sequence[Shift]) -> Iterator[SinglePoint]:
    by_service: dict[tuple[str, IPv4Address], list[str]] = {}
    for shift in shifts:
        if shift.nodes_before and shift.nodes_after == ():
            by_service.setdefault((shift.service, shift.vip), []).append(shift.router)
    for (service, vip), routers in by_service.items():
        yield SinglePoint(loss=loss.name, service=service, vip=vip, routers=tuple(routers))


def _now(world: World) -> tuple[Shift, ...]:
    """Every service and router as they are; after is not known yet."""
    intent = world.scene.intent
    return tuple(
        _before(world, service, router.name) for service in intent.services for router in intent.with_role("router")
    )


def _before(world: World, name: str, router: str) -> Shift:
    service = world.scene.intent.services[name]
    row = Shift(service=name, vip=service.vip, router=router, nodes_before=None, nodes_after=None)
    if why := _why_not_known(world, service, router):
        return replace(row, reason=why)
    return replace(row, nodes_before=_nodes(world, world.scene.best(router, service)))


def _shift(world: World, row: Shift, rest: Rest) -> Shift:
    """The row of a router with what comes after; one that is not known now is not known then."""
    if row.nodes_before is None:
        return row
    if why := rest.why_unsettled(row.router):
        return replace(row, reason=why)
    after = rest.catchment(row.router, world.scene.intent.services[row.service])
    if why := _why_not_named(world, after):
        return replace(row, reason=f"then {why}")
    return replace(row, nodes_after=_nodes(world, after))


def _why_not_known(world: World, service: Service, router: str) -> str | None:
    observed = world.scene.observations.get(router)
    if observed is None:
        return f"{router} was not looked at"
    if observed.view is None:
        return f"{router} could not be read: {why_blind(observed)}"
    best = world.scene.best(router, service)
    if installed_hops(observed.view, service) != best.next_hops:
        return f"the forwarding table of {router} is not what its LSDB predicts; see verify"
    return _why_not_named(world, best)


def _why_not_named(world: World, catchment: Catchment) -> str | None:
    if not catchment.is_known:
        return "an ABR hides the originator"
    if not catchment.is_certain:
        return "FRR's choice depends on an order that cannot be seen"
    if shared := catchment.originators & world.scene.duplicate_router_ids.keys():
        return f"several hosts use router-id {min(shared)}"
    return None


def _nodes(world: World, catchment: Catchment) -> tuple[str, ...]:
    return tuple(sorted(world.names.get(router_id, str(router_id)) for router_id in catchment.originators))
