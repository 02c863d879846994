"""Subscribers of a signed pointer on a web server, each of which asks as HTTPSource does. See Scripts/simulate-fleet.

Every subscriber keeps one connection, asks for the pointer with the entity tag of the last one (every eleventh time
without), pauses for the interval give or take a fifth, the first time for a random part of it, and fetches and hashes
the bundle once the pointer names another one. Signatures are not verified: that costs the subscriber, not the server.
"""
import asyncio, hashlib, json, os, random, resource, subprocess, sys, time

POINTER_BYTES, UNCHANGED_MAX = 224, 10


class Tally:
    """What all subscribers together have sent and received."""

    def __init__(self):
        self.requests = self.sent = self.received = self.not_modified = self.failures = 0
        self.bundles, self.bundle_bytes = 0, 0
        self.arrivals = {}

    def copy(self):
        other = Tally()
        other.__dict__.update(self.__dict__)
        return other


class Connection(asyncio.Protocol):
    """One connection, kept alive, with one request at a time."""

    def __init__(self, tally):
        self.tally, self.buffer, self.waiter, self.transport = tally, bytearray(), None, None

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, error):
        self.transport = None
        self.fail(ConnectionError("closed"))

    def fail(self, error):
        if self.waiter and not self.waiter.done():
            self.waiter.set_exception(error)

    def request(self, path, host, tag):
        condition = f"If-None-Match: {tag}\r\n" if tag else ""
        text = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: portcullis\r\nAccept: */*\r\n{condition}\r\n".encode()
        self.buffer.clear()
        self.waiter = asyncio.get_running_loop().create_future()
        self.transport.write(text)
        self.tally.requests += 1
        self.tally.sent += len(text)
        return self.waiter

    def data_received(self, data):
        self.tally.received += len(data)
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or not self.waiter or self.waiter.done():
            return
        lines = bytes(self.buffer[:end]).split(b"\r\n")
        status, length, tag = int(lines[0].split()[1]), 0, None
        for line in lines[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif name.lower() == b"etag":
                tag = value.strip().decode()
        body = end + 4
        if status == 304 or len(self.buffer) - body >= length:
            self.waiter.set_result((status, tag, bytes(self.buffer[body:])))


class Subscriber:
    def __init__(self, fleet):
        self.fleet, self.tag, self.unchanged, self.digest = fleet, None, 0, None
        self.connection, self.is_spread, self.failures = None, False, 0

    async def get(self, path, tag=None):
        if not self.connection or not self.connection.transport:
            async with self.fleet.connecting:
                loop = asyncio.get_running_loop()
                _, self.connection = await loop.create_connection(
                    lambda: Connection(self.fleet.tally), self.fleet.host, self.fleet.port
                )
        return await asyncio.wait_for(
            self.connection.request(path, f"{self.fleet.host}:{self.fleet.port}", tag), 300
        )

    async def ask(self):
        tag = self.tag if self.unchanged < UNCHANGED_MAX else None
        status, new_tag, pointer = await self.get("/pointer", tag)
        if status == 304:
            self.unchanged += 1
            self.fleet.tally.not_modified += 1
            return
        if status != 200 or len(pointer) != POINTER_BYTES:
            raise ConnectionError(f"{status}")
        self.tag, self.unchanged = new_tag, 0
        digest = pointer[48:80]
        if digest == self.digest:
            return
        status, _, bundle = await self.get(f"/{digest.hex()}.bundle")
        if status != 200 or hashlib.sha256(bundle).digest() != digest:
            raise ConnectionError(f"bundle: {status}")
        self.digest = digest
        self.fleet.tally.bundles += 1
        self.fleet.tally.bundle_bytes += len(bundle)
        self.fleet.tally.arrivals.setdefault(digest, []).append(time.monotonic())

    async def run(self):
        interval = self.fleet.interval
        while True:
            try:
                await self.ask()
                self.failures = 0
                pause = interval * (random.uniform(0.8, 1.2) if self.is_spread else random.random())
                self.is_spread = True
            except (OSError, asyncio.TimeoutError) as error:
                self.fleet.note(error)
                pause = min(2 ** min(self.failures, 20), 60) * random.uniform(0.5, 1)
                self.failures += 1
            await asyncio.sleep(pause)


class Fleet:
    def __init__(self, host, port, interval):
        self.host, self.port, self.interval = host, port, interval
        self.tally, self.errors = Tally(), {}
        # As many connections as are made at once; a listening socket has room for 511 that wait.
        self.connecting = asyncio.Semaphore(256)

    def note(self, error):
        self.tally.failures += 1
        name = str(error) or type(error).__name__
        self.errors[name] = self.errors.get(name, 0) + 1


def processor_seconds(folder):
    """Of nginx: the master and its workers."""
    with open(f"{folder}/nginx.pid") as file:
        master = int(file.read())
    with open(f"/proc/{master}/task/{master}/children") as file:
        processes = [master] + [int(word) for word in file.read().split()]
    total = 0
    for process in processes:
        with open(f"/proc/{process}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


async def settle(fleet, count, digest, limit):
    """Until all subscribers have a bundle; the times at which they got it."""
    end = time.monotonic() + limit
    while len(fleet.tally.arrivals.get(digest, [])) < count and time.monotonic() < end:
        await asyncio.sleep(0.05)
    return sorted(fleet.tally.arrivals.get(digest, []))


def publish(folder, revision, root):
    """Publishes as the command line does; the digest of the bundle."""
    command = [os.environ["PORTCULLIS"], "bundle", "publish", f"{folder}/{revision}.bundle", "--to", root]
    subprocess.run(command + ["--key", f"{folder}/fleet.key"], check=True, stdout=subprocess.DEVNULL)
    with open(f"{root}/pointer", "rb") as file:
        return file.read()[48:80]


async def simulate(count, interval, folder):
    root, config = os.environ["PORTCULLIS_NGINX_ROOT"], os.environ["PORTCULLIS_NGINX_CONFIG"]
    host, port = os.environ["PORTCULLIS_NGINX_ADDRESS"].removeprefix("http://").split(":")
    nginx = os.path.dirname(config)
    fleet = Fleet(host, int(port), interval)
    first = publish(folder, 1, root)
    start, spent = time.monotonic(), processor_seconds(nginx)
    tasks = [asyncio.create_task(Subscriber(fleet).run()) for _ in range(count)]
    arrivals = await settle(fleet, count, first, 300)
    tell("started at once", fleet.tally, Tally(), start, arrivals, count, processor_seconds(nginx) - spent, interval)

    await asyncio.sleep(1.2 * interval)
    before, start, spent = fleet.tally.copy(), time.monotonic(), processor_seconds(nginx)
    await asyncio.sleep(2 * interval)
    tell("nothing new", fleet.tally, before, start, [], count, processor_seconds(nginx) - spent, interval)

    before, spent, start = fleet.tally.copy(), processor_seconds(nginx), time.monotonic()
    second = await asyncio.to_thread(publish, folder, 2, root)
    start = time.monotonic()
    arrivals = await settle(fleet, count, second, 10 * interval + 300)
    tell("a change", fleet.tally, before, start, arrivals, count, processor_seconds(nginx) - spent, interval)
    for error, times in fleet.errors.items():
        print(f"  {times} times: {error}")
    for task in tasks:
        task.cancel()
    if len(arrivals) < count:
        sys.exit(f"{count - len(arrivals)} subscribers never got the change")


def tell(what, now, before, start, arrivals, count, spent, interval):
    seconds = time.monotonic() - start
    requests = now.requests - before.requests
    figures = {
        "what": what, "subscribers": count, "interval": interval, "seconds": round(seconds, 2),
        "requests": requests, "requestsPerSecond": round(requests / seconds, 1),
        "notModified": now.not_modified - before.not_modified, "bundles": now.bundles - before.bundles,
        "bytesSent": now.sent - before.sent, "bytesReceived": now.received - before.received,
        "bundleBytes": now.bundle_bytes - before.bundle_bytes, "failures": now.failures - before.failures,
        "nginxSeconds": round(spent, 2), "nginxMicrosecondsPerRequest": round(spent * 1e6 / max(1, requests), 1),
    }
    if arrivals:
        for share in (50, 99, 100):
            place = -(-count * share // 100) - 1
            figures[f"p{share}"] = round(arrivals[place] - start, 2) if place < len(arrivals) else None
    print(json.dumps(figures), flush=True)


def main():
    count, interval, folder = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + 1_000
    if hard != resource.RLIM_INFINITY and hard < wanted:
        sys.exit(f"{wanted} file descriptors are needed, {hard} are allowed: ulimit -n")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        low, high = map(int, file.read().split())
    if count > (high - low) * 9 // 10:
        sys.exit(f"{count} connections need as many ports, of {high - low} that there are: ip_local_port_range")
    asyncio.run(simulate(count, interval, folder))


main()
