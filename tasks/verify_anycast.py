"""What this site looks at when it verifies its anycast service."""

from nornir.core.task import Result, Task

from nornir_anycast.plugins.tasks import observe

CONNECTION_NAME = "netmiko"


def verify_anycast(task: Task) -> Result:
    """OSPF, daemons and VIPs of one host; the judging is done over all hosts together."""
    return observe(task)
