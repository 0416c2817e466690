"""Nornir tasks. A site composes them in its own `tasks/`; used alone, each is a default composition."""

from nornir_anycast.plugins.tasks.clear_ospf import clear_ospf
from nornir_anycast.plugins.tasks.configure_linux_node import apply_parts, configure_linux_node
from nornir_anycast.plugins.tasks.configure_router import configure_router
from nornir_anycast.plugins.tasks.observe import observe

__all__ = ["apply_parts", "clear_ospf", "configure_linux_node", "configure_router", "observe"]
