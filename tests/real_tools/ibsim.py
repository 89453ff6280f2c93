"""The real InfiniBand tools on a simulated fabric, without hardware: ibsim (Debian: ibsim-utils)
plays a fabric file, and opensm and the infiniband-diags talk to it through a preloaded library over
local sockets. Everything started here ends here; runs side by side do not meet."""
import ctypes
import glob
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SKIPPED = 77  # exit code for "the tools are not installed"
_runs = itertools.count()


def sbin(name):
    """The tool's path: /usr/sbin is not in everybody's PATH."""
    path = os.environ.get("PATH", "") + os.pathsep + "/usr/sbin" + os.pathsep + "/sbin"
    return shutil.which(name, path=path)


def preload():
    found = sorted(glob.glob("/usr/lib/*/umad2sim/libumad2sim.so")
                   + glob.glob("/usr/lib*/umad2sim/libumad2sim.so"))
    return found[0] if found else None


def missing_tools():
    """What is not installed, with the package to install; empty when all is there."""
    packages = {"ibsim": "ibsim-utils", "opensm": "opensm", "ibnetdiscover": "infiniband-diags"}
    missing = [f"{tool} (apt-get install {package})"
               for tool, package in packages.items() if not sbin(tool)]
    if not missing and not preload():
        missing.append("libumad2sim.so (apt-get install ibsim-utils)")
    return missing


def end_cleanly():
    """Who is told to end (by `timeout`, say) tidies up first."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def _end_with_parent():
    """Even when the test is killed, its children end."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Net:
    """What a fabric file says, as far as it is needed to play it."""

    def __init__(self, path):
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        headers = re.findall(r'^(Switch|Ca|Hca|Rt)\s+(\d+)\s+"([^"]+)"', text, re.M)
        self.nodes = len(headers)
        self.switches = sum(kind == "Switch" for kind, _, _ in headers)
        self.ports = sum(int(ports) + 1 for _, ports, _ in headers)
        # CAs with a cable in port 1, which tools take if they are not told.
        self.hosts = re.findall(r'^H?[Cc]a\s+\d+\s+"([^"]+)"[^\n]*\n\[1\]', text, re.M)
        # Port GUID -> LID, both of switches and of CAs.
        self.lids = {}
        for guid, lid in re.findall(
                r'^switchguid=0x[0-9a-f]+\(([0-9a-f]+)\)[^\n]*\nSwitch[^\n]*port 0 lid (\d+)',
                text, re.M):
            self.lids[int(guid, 16)] = int(lid)
        for guid, lid in re.findall(r'^\[\d+\][^("]*\(([0-9a-f]+)\)[^\n#]*# lid (\d+) lmc', text,
                                    re.M):
            self.lids[int(guid, 16)] = int(lid)


class Ibsim:
    """`with Ibsim(FILE) as sim: sim.run(["ibnetdiscover"])`"""

    def __init__(self, path, host=None, timeout=60):
        self.path = os.path.abspath(path)
        self.net = Net(path)
        if not host and not self.net.hosts:
            raise RuntimeError(f"{path}: no CA has a cable in its port 1")
        self.host = host or self.net.hosts[0]
        self.timeout = timeout
        self.socket = f"berth-{os.getpid()}-{next(_runs)}"
        self.folder = None
        self.process = None

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="berth-ibsim-")
        self.log = os.path.join(self.folder, "ibsim.log")
        try:
            with open(self.log, "wb") as log:
                self.process = subprocess.Popen(
                    [sbin("ibsim"), "-s", "-n", "-N", str(self.net.nodes + 16),
                     "-S", str(self.net.switches + 16), "-P", str(self.net.ports + 256),
                     "-L", "49152", self.path],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                    env=self._environment({}), preexec_fn=_end_with_parent)
            self._wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _environment(self, more):
        env = dict(os.environ, IBSIM_SOCKNAME=self.socket, LC_ALL="C", **more)
        env.pop("IBSIM_SERVER_NAME", None)  # a remote simulator
        return env

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def _wait_until_ready(self):
        """Its control socket is there when the file was read."""
        end = time.monotonic() + self.timeout
        while time.monotonic() < end:
            with open("/proc/net/unix", encoding="utf-8") as sockets:
                if f"@{self.socket}:ctl" in sockets.read():
                    return
            if self.process.poll() is not None:
                raise RuntimeError(f"ibsim refused {self.path}:\n{self.said()[-2000:]}")
            time.sleep(0.01)
        raise RuntimeError(f"ibsim is not ready after {self.timeout} s")

    def run(self, command, check=True, **more):
        """The output of a client of the fabric."""
        env = self._environment({"LD_PRELOAD": preload(), "OSM_TMP_DIR": self.folder,
                                 "OSM_CACHE_DIR": self.folder, "SIM_HOST": self.host, **more})
        done = subprocess.run([sbin(command[0])] + command[1:], env=env, cwd=self.folder,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=self.timeout, check=False,
                              preexec_fn=_end_with_parent)
        text = done.stdout.decode("utf-8", errors="surrogateescape")
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: exit code {done.returncode}\n{text[-2000:]}")
        return text

    def discover(self):
        """The fabric as ibnetdiscover sees it."""
        return self.run(["ibnetdiscover"])

    def opensm(self, *options, flags="0x43", keep_lids=True):
        """One sweep of opensm; its dumps and its log are in `folder` afterwards."""
        if keep_lids:
            with open(os.path.join(self.folder, "guid2lid"), "w", encoding="ascii") as file:
                for guid, lid in self.net.lids.items():
                    if lid:
                        file.write(f"0x{guid:016x} 0x{lid:04x} 0x{lid:04x}\n")
        return self.run(["opensm", "-o", "-e", "-f", os.path.join(self.folder, "opensm.log"),
                         "-L", "0", "-D", flags, "--dump_files_dir", self.folder]
                        + (["-x"] if keep_lids else []) + list(options))

    def left(self, name):
        """The text of a file that a tool left, or None."""
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
