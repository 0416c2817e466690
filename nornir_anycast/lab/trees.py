"""Root trees: one unpacked Debian per suite, built once from the machine's own Debian mirror and kept.

A tree is shared read-only by all machines that use it. It holds the daemons that the lab is about, so that none of them
has to be installed on the user's own system.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

from nornir_anycast.errors import LabError
from nornir_anycast.lab.locking import locked

CACHE = Path("/var/cache/nornir-anycast/trees")
SUITES = ("bookworm", "trixie")

PACKAGES = (
    "dbus",
    "dnsmasq",
    "frr",
    "frr-pythontools",
    "ifupdown",
    "iproute2",
    "iputils-ping",
    "netbase",
    "nftables",
    "openssh-server",
    "procps",
    "python3",
    "sudo",
    "systemd",
    "systemd-sysv",
    "tcpdump",
)

_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_LEFT_OUT = ("/usr/share/doc/*", "/usr/share/info/*", "/usr/share/locale/*", "/usr/share/man/*")
_NEEDED = ("usr/sbin/sshd", "usr/lib/systemd/systemd")
_LAST_LINES = 12

Report = Callable[[str], None]


def ensure(names: Iterable[str], site: Path, report: Report) -> dict[str, Path]:
    """Find or build the trees that hosts name.

    Arguments:
        names: ``bookworm``, ``trixie``, or paths of a directory or tar; relative paths start at ``site``
        site: the inventory's folder
        report: called with a line about each tree that has to be built

    Returns:
        the folder of each tree, by name

    Raises:
        LabError: a tree is missing, is no root file system, or cannot be built (with the builder's last lines)

    """
    wanted = dict.fromkeys(names)
    missing = [name for name in wanted if name in SUITES and not _suite_folder(name).is_dir()]
    if missing:
        _build_all(missing, report)
    return {name: _suite_folder(name) if name in SUITES else _own_tree(site / name, report) for name in wanted}


def _recipe(suite: str) -> str:
    return json.dumps([suite, PACKAGES, _LEFT_OUT])


def _suite_folder(suite: str) -> Path:
    return CACHE / f"{suite}-{_digest(_recipe(suite))}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _build_all(suites: list[str], report: Report) -> None:
    CACHE.mkdir(parents=True, exist_ok=True, mode=0o755)
    with locked(CACHE / ".lock", report):
        _drop_unfinished()
        builds = {suite: _start_build(suite, report) for suite in suites if not _suite_folder(suite).is_dir()}
        problems = [problem for suite, build in builds.items() if (problem := _finish_build(suite, *build, report))]
    if problems:
        raise LabError("\n".join(problems))


def _drop_unfinished() -> None:
    """Remove what a build that was killed has left; the lock says that none is running."""
    for left in CACHE.glob(".building-*"):
        shutil.rmtree(left)


def _start_build(suite: str, report: Report) -> tuple[subprocess.Popen[str], Path]:
    if shutil.which("mmdebstrap") is None:
        raise LabError("mmdebstrap is missing: apt-get install mmdebstrap")
    report(f"building the {suite} root tree (once; kept in {CACHE})")
    folder = Path(mkdtemp(prefix=f".building-{suite}-", dir=CACHE))
    folder.chmod(0o755)
    with (folder / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603 - no shell, fixed words
            build_command(suite, folder / "tree", _apt_settings(), _mirrors(suite)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
    return process, folder


def build_command(suite: str, target: Path, settings: Iterable[str], mirrors: Iterable[str]) -> list[str]:
    """Compose the command that builds a tree; without ``mirrors``, mmdebstrap takes Debian's own."""
    return [
        # In a PID namespace of its own the builder and all it starts die with us, and its mounts are never seen.
        *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
        *("mmdebstrap", "--mode=root", "--variant=minbase", f"--include={','.join(PACKAGES)}"),
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in _LEFT_OUT),
        *(f"--aptopt={setting}" for setting in settings),
        suite,
        str(target),
        *mirrors,
    ]


def _finish_build(suite: str, process: subprocess.Popen[str], folder: Path, report: Report) -> str | None:
    status = process.wait()
    log = (folder / "log").read_text(encoding="utf-8", errors="replace").splitlines()
    if status != 0:
        shutil.rmtree(folder)
        last = "\n".join(log[-_LAST_LINES:])
        return f"the {suite} root tree could not be built (mmdebstrap exited with {status}); its last lines:\n{last}"
    (folder / "tree").chmod(0o755)
    (folder / "tree").rename(_suite_folder(suite))
    shutil.rmtree(folder)
    report(f"the {suite} root tree is built")
    return None


def _apt_settings() -> Iterator[str]:
    """Repeat the machine's own way to its mirrors (proxies, snapshot dates), which mmdebstrap does not read."""
    with suppress(OSError, subprocess.CalledProcessError):
        text = subprocess.run(["apt-config", "dump"], check=True, capture_output=True, text=True).stdout  # noqa: S607
        yield from filter(re.compile(r'Acquire::(?:https?::|Check-)[\w:.-]+ "[^"]+";').fullmatch, text.splitlines())


def _mirrors(suite: str) -> list[str]:
    """Render sources.list lines for ``suite`` on the Debian mirrors that this machine uses itself."""
    command = ["apt-get", "indextargets", "--format", "$(CREATED_BY)\t$(ORIGIN)\t$(LABEL)\t$(REPO_URI)"]
    try:
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - fixed words
    except (OSError, subprocess.CalledProcessError):
        return []
    return sources(suite, text, _KEYRING if _KEYRING.is_file() else None)


def sources(suite: str, index_targets: str, keyring: Path | None) -> list[str]:
    """Render sources.list lines from ``apt-get indextargets`` output.

    Returns:
        lines for ``suite``; empty if the machine has no Debian mirror configured

    """
    found: dict[str, str] = {}
    for line in index_targets.splitlines():
        created_by, origin, label, uri = line.split("\t")
        if created_by == "Packages" and origin == "Debian" and uri.startswith(("http://", "https://")):
            found.setdefault(label, uri)
    signed = f"[signed-by={keyring}] " if keyring else ""
    if "Debian" not in found:
        return []
    archives = [("Debian", suite), ("Debian", f"{suite}-updates"), ("Debian-Security", f"{suite}-security")]
    return [f"deb {signed}{found[label]} {archive} main" for label, archive in archives if label in found]


def _own_tree(path: Path, report: Report) -> Path:
    if path.is_dir():
        folder = path.resolve()
    elif path.is_file():
        folder = _unpacked(path.resolve(), report)
    else:
        raise LabError(f"root tree {path}: no such directory or tar; trees by name are {' and '.join(SUITES)}")
    for needed in _NEEDED:
        if not os.path.lexists(folder / needed):
            raise LabError(f"root tree {path}: /{needed} is not in it")
    return folder


def _unpacked(tar: Path, report: Report) -> Path:
    status = tar.stat()
    folder = CACHE / f"tar-{_digest(f'{tar} {status.st_size} {status.st_mtime_ns}')}"
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True, mode=0o755)
    with locked(CACHE / ".lock", report):
        _drop_unfinished()
        report(f"unpacking {tar}")
        target = Path(mkdtemp(prefix=".building-tar-", dir=CACHE))
        target.chmod(0o755)
        command = ["tar", "-x", "--numeric-owner", "--xattrs", "-f", str(tar), "-C", str(target)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
        if done.returncode != 0:
            shutil.rmtree(target)
            raise LabError(f"root tree {tar}: cannot be unpacked: {done.stderr.strip()[-500:]}")
        target.rename(folder)
    return folder
