"""Intent: what should be true of the anycast service, read from Nornir inventory data, checked before use.

Pure: functions from values to values; nornir stays at the edge (`nornir_anycast.site`).
"""

from nornir_anycast.intent.build import Layer, LayerSet, build_intent
from nornir_anycast.intent.model import (
    DEFAULT_PLATFORM,
    DnsSettings,
    Host,
    Intent,
    Interface,
    LabSettings,
    Link,
    OspfSettings,
    Probe,
    Role,
    Service,
)

__all__ = [
    "DEFAULT_PLATFORM",
    "DnsSettings",
    "Host",
    "Intent",
    "Interface",
    "LabSettings",
    "Layer",
    "LayerSet",
    "Link",
    "OspfSettings",
    "Probe",
    "Role",
    "Service",
    "build_intent",
]
