"""How this site configures the routers next to its DNS nodes."""

from nornir.core.task import Result, Task

from nornir_anycast.plugins.tasks import configure_router

CONNECTION_NAME = "netmiko"


def configure_peer_router(task: Task, dry_run: bool | None = None) -> Result:
    """Only the OSPF lines that the inventory states; add this site's own steps here."""
    return configure_router(task, dry_run=dry_run)
