#!/usr/bin/env python3
"""Fabrics at random, as ibnetdiscover files: trees of two or three tiers with what halls do to them.

    random_fabric.py SEED [--out FABRIC] [--roots FILE] [--cns FILE]

A fabric is one subnet. Its GUIDs are in any order, cables may be missing, parallel or shuffled, HCAs
may have two ports, and switches may have aggregation nodes (HCAs on the last port)."""
import argparse
import random
import sys


class Fabric:
    def __init__(self):
        self.devices = []  # kind, ports, guid, description
        self.cables = {}   # (device, port) -> (device, port), both ways
        self.roots = []
        self.hosts = []
        self.lids = {}     # (device, port) -> LID

    def add(self, kind, ports, guid, description):
        self.devices.append((kind, ports, guid, description))
        return len(self.devices) - 1

    def connect(self, a, b):
        self.cables[a] = b
        self.cables[b] = a

    def disconnect(self, a):
        del self.cables[self.cables.pop(a)]

    def id_of(self, device):
        kind, _, guid, _ = self.devices[device]
        return f"{'S' if kind == 'Switch' else 'H'}-{guid:016x}"

    def ends(self, device):
        return sorted(port for at, port in self.cables if at == device)

    def connected(self):
        peers = {device: set() for device in range(len(self.devices))}
        for (a, _), (b, _) in self.cables.items():
            peers[a].add(b)
        seen, open_ = {0}, [0]
        while open_:
            for peer in peers[open_.pop()] - seen:
                seen.add(peer)
                open_.append(peer)
        return len(seen) == len(self.devices)

    def give_lids(self, rng):
        ports = [(d, 0) for d, device in enumerate(self.devices) if device[0] == "Switch"]
        ports += [end for end in self.cables if self.devices[end[0]][0] == "Ca"]
        ports.sort()
        lids = list(range(1, len(ports) + rng.choice([1, 1, 20])))
        if rng.random() < 0.7:
            rng.shuffle(lids)
        self.lids = dict(zip(ports, lids))

    def port_guid(self, end):
        kind, _, guid, _ = self.devices[end[0]]
        return guid if kind == "Switch" else guid + end[1]

    def lid(self, end):
        kind = self.devices[end[0]][0]
        return self.lids[(end[0], 0) if kind == "Switch" else end]

    def text(self, rng):
        order = list(range(len(self.devices)))
        if rng.random() < 0.5:
            rng.shuffle(order)
        ends = {}
        for device, port in sorted(self.cables):
            ends.setdefault(device, []).append(port)
        return "".join(self.record(device, ends.get(device, [])) for device in order)

    def record(self, device, ports_used):
        kind, ports, guid, description = self.devices[device]
        is_switch = kind == "Switch"
        lines = ["", "vendid=0x2c9", "devid=0x1021", f"sysimgguid={guid:#x}"]
        if is_switch:
            lines += [f"switchguid={guid:#x}({guid:x})",
                      f'Switch\t{ports} "{self.id_of(device)}"\t\t# "{description}" base port 0 '
                      f'lid {self.lid((device, 0))} lmc 0']
        else:
            lines += [f"caguid={guid:#x}", f'Ca\t{ports} "{self.id_of(device)}"\t\t# "{description}"']
        for port in ports_used:
            to = self.cables[(device, port)]
            own = "" if is_switch else f"({self.port_guid((device, port)):x}) "
            peer = f'\t"{self.id_of(to[0])}"[{to[1]}]'
            if self.devices[to[0]][0] == "Ca":
                peer += f"({self.port_guid(to):x}) "
            said = "" if is_switch else f"lid {self.lid((device, port))} lmc 0 "
            lines.append(f'[{port}]{own}{peer}\t\t# {said}"{self.devices[to[0]][3]}" '
                         f'lid {self.lid(to)} 4xHDR')
        return "\n".join(lines) + "\n"


def guids(rng, count):
    """GUIDs with room for 256 ports each: dense or anywhere, in order or not."""
    if rng.random() < 0.5:
        all_ = [0x2c90400000000 + (i << 8) for i in range(1, count + 1)]
    else:
        all_ = [guid << 8 for guid in rng.sample(range(1, 1 << 54), count)]
    if rng.random() < 0.7:
        rng.shuffle(all_)
    return all_


def wire(rng, fabric, lower, upper, per_pair):
    """Every lower switch to every upper one, in the next free ports."""
    for switch in lower:
        for above in upper:
            for _ in range(per_pair):
                fabric.connect((switch, fabric.next_port(switch)), (above, fabric.next_port(above)))


class Builder(Fabric):
    def __init__(self, rng):
        super().__init__()
        self.rng = rng
        self.guids = iter(guids(rng, 2000))
        self.used = {}

    def next_port(self, device):
        self.used[device] = self.used.get(device, 0) + 1
        return self.used[device]

    def switch(self, name):
        return self.add("Switch", 65, next(self.guids), name)

    def host(self, leaf, number):
        two_ports = self.rng.random() < self.dual
        host = self.add("Ca", 2 if two_ports else 1, next(self.guids), f"host{number} HCA-1")
        self.hosts.append(host)
        self.connect((host, self.rng.choice([1, 2]) if two_ports else 1),
                     (leaf, self.next_port(leaf)))
        return host

    def pod(self, name, leaves, spines, per_pair):
        below = [self.switch(f"leaf{name}.{i}") for i in range(leaves)]
        above = [self.switch(f"spine{name}.{i}") for i in range(spines)]
        most = self.rng.randint(1, 6)
        uneven = self.rng.random() < 0.4
        hosts_first = self.rng.random() < 0.7
        if not hosts_first:
            wire(self.rng, self, below, above, per_pair)
        for leaf in below:
            for _ in range(self.rng.randint(1, most) if uneven else most):
                self.host(leaf, len(self.hosts))
        if hosts_first:
            wire(self.rng, self, below, above, per_pair)
        return below, above

    def second_ports(self, leaves):
        for host in self.hosts:
            if self.devices[host][1] == 2 and self.rng.random() < 0.7:
                free = ({1, 2} - set(self.ends(host))).pop()
                leaf = self.rng.choice(leaves)
                self.connect((host, free), (leaf, self.next_port(leaf)))

    def drop(self, share):
        between = [(a, b) for a, b in self.cables.items()
                   if a < b and self.devices[a[0]][0] == self.devices[b[0]][0] == "Switch"]
        for a, b in between:
            if self.rng.random() < share:
                self.disconnect(a)
                if not self.connected():
                    self.connect(a, b)

    def shuffle_ports(self):
        """The switches' cables in other ports."""
        cables = {(a, b) for a, b in self.cables.items() if a < b}
        place = {}
        for device, (kind, ports, _, _) in enumerate(self.devices):
            used = self.ends(device)
            to = self.rng.sample(range(1, ports + 1), len(used)) if kind == "Switch" else used
            place.update({(device, port): (device, new) for port, new in zip(used, to)})
        self.cables = {}
        for a, b in cables:
            self.connect(place[a], place[b])

    def aggregation_nodes(self, switches):
        for switch in switches:
            if (switch, 65) not in self.cables:
                node = self.add("Ca", 1, next(self.guids), "Mellanox Technologies Aggregation Node")
                self.connect((node, 1), (switch, 65))


def build(seed):
    rng = random.Random(seed)
    fabric = Builder(rng)
    fabric.dual = rng.choice([0, 0, 0, 0.3])
    tiers = rng.choice([2, 2, 3])
    per_pair = rng.choice([1, 1, 2, 3])
    leaves, spines = rng.randint(1, 6), rng.randint(1, 4)
    pods = [fabric.pod("0", leaves, spines, per_pair)]
    fabric.roots = pods[0][1]
    if tiers == 3:
        pods += [fabric.pod(str(p), leaves, spines, per_pair) for p in range(1, rng.randint(2, 4))]
        planes, per_pair = rng.randint(1, 3), rng.choice([1, 1, 2])
        fabric.roots = []
        by_plane = rng.random() < 0.7  # a core sees the same spine of each pod, or all spines
        for plane in range(spines if by_plane else 1):
            cores = [fabric.switch(f"core{plane}.{i}") for i in range(planes)]
            fabric.roots += cores
            for _, above in pods:
                wire(rng, fabric, [above[plane]] if by_plane else above, cores, per_pair)
    all_leaves = [leaf for below, _ in pods for leaf in below]
    fabric.second_ports(all_leaves)
    if rng.random() < 0.15:
        fabric.aggregation_nodes(all_leaves + fabric.roots)
    if rng.random() < 0.4:
        fabric.shuffle_ports()
    if rng.random() < 0.5:
        fabric.drop(rng.choice([0.02, 0.1, 0.3]))
    if not fabric.connected() or not any(fabric.devices[device][0] == "Ca" and port == 1
                                         for device, port in fabric.cables):
        return build(seed + 1_000_000_007)
    fabric.give_lids(rng)
    return fabric, rng


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seed", type=int)
    parser.add_argument("--out", default="/dev/stdout")
    parser.add_argument("--roots")
    parser.add_argument("--cns")
    args = parser.parse_args()
    fabric, rng = build(args.seed)
    with open(args.out, "w", encoding="ascii") as out:
        out.write(fabric.text(rng))
    write_lists(fabric, rng, args.roots, args.cns)
    return 0


def write_lists(fabric, rng, roots, cns):
    """The GUIDs of the top switches; the port GUIDs of a part of the hosts."""
    if roots:
        with open(roots, "w", encoding="ascii") as out:
            out.writelines(f"0x{fabric.devices[root][2]:016x}\n" for root in fabric.roots)
    if cns:
        chosen = [end for end in sorted(fabric.cables)
                  if end[0] in fabric.hosts and rng.random() < 0.8]
        with open(cns, "w", encoding="ascii") as out:
            out.writelines(f"0x{fabric.port_guid(end):016x}\n" for end in chosen)


if __name__ == "__main__":
    sys.exit(main())
