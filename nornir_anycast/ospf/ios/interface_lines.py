"""The lines of ``show ip ospf interface`` that say nothing that is asked for here."""

from __future__ import annotations

from nornir_anycast.ospf.ios.transcript import AGE
from nornir_anycast.ospf.text import ADDRESS, Block

PASSED = Block(
    "|".join(
        [
            r"Attached via [\w ]+",
            r"Topology-MTID Cost Disabled Shutdown Topology Name",
            r"\d+ \d+ (?:yes|no) (?:yes|no) \S+",
            r"Enabled by interface config(?:, (?:including|excluding) secondary ip addresses)?",
            r"No designated router on this network",
            r"No backup designated router on this network",
            rf"Backup Designated [Rr]outer \(ID\) {ADDRESS}, Interface address {ADDRESS}",
            rf"Old designated Router \(ID\) {ADDRESS}, Interface address {ADDRESS}",
            rf"Flush timer for old DR LSA due in {AGE}",
            r"oob-resync timeout \d+",
            rf"Hello due in (?:{AGE}|\d+ msec)",
            rf"Wait time before Designated router selection {AGE}",
            r"Supports Link-local Signaling \(LLS\)",
            r"(?:IETF|Cisco) (?:NSF|Non-Stop Forwarding) helper support (?:enabled|disabled)",
            r"Prefix-suppression is (?:enabled|disabled)",
            r"Can(?: ?not)? be (?:protected by|used for) per-prefix Loop-[Ff]ree Fast ?[Rr]e[Rr]oute(?: repair paths)?",
            r"(?:Not )?Protected by per-prefix TI-LFA",
            r"Index \d+(?:/\d+)*, flood queue length \d+",
            r"Next (?:0x[0-9A-Fa-f]+|0)\(\d+\)(?:/(?:0x[0-9A-Fa-f]+|0)\(\d+\))*",
            r"Last flood scan length is \d+, maximum is \d+",
            r"Last flood scan time is \d+ msec, maximum is \d+ msec",
            r"LS Ack List: current length \d+, high water mark \d+",
            r"Suppress hello for \d+ neighbor\(s\)",
            r"Rollover in progress, \d+ neighbor\(s\) using the old key\(s\):",
            r"Configured as demand circuit\.?",
            r"Run as demand circuit\.?",
            r"DoNotAge LSA (?:not )?allowed(?: \(Number of DCbitless LSA is \d+\))?\.?",
            r"Strict TTL checking (?:enabled|disabled)(?:, up to \d+ hops allowed)?",
            r"BFD enabled",
            r"Multi-area interface Count is \d+",
            r"(?:LDP|Segment Routing|MPLS) [\w ,()/-]+",
            r"Interface is (?:up|down) and pending LDP",
            r"Database-filter all out",
            r"Nbr Dead timer [\w ]+",
        ],
    ),
)
