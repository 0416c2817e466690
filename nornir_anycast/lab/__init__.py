"""A twin of an inventory on this machine: every host a real Linux machine, every segment a bridge.

::

    plan        what the lab consists of: names, links, addresses                       (pure)
    rootfs      what a machine has on top of its root tree; accounts, keys belong to it (pure)
    trees       root trees: one Debian per suite, built once
    limits      what the kernel must allow for many machines
    wiring      bridges, cables, addresses in network namespaces
    machine     one machine: overlay + namespace + systemd-nspawn
    supervisor  the background process of a lab; control asks it
    lifecycle   up, down
    lab         a lab that is up: find it, enter it, run commands in it
    commands    the command line

How it works, and why so, is in ``docs/lab.md``.
"""

from nornir_anycast.lab.lab import Lab, Row, find_lab, open_lab
from nornir_anycast.lab.lifecycle import Boot, down, up
from nornir_anycast.lab.plan import LabHost

__all__ = ["Boot", "Lab", "LabHost", "Row", "down", "find_lab", "open_lab", "up"]
