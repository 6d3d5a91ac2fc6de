"""`sources verify` over 400 entries of the catalogue, served on loopback with the politeness that portals get.

    python benchmarks/verify.py [--wanted 400] [--answer 1.5] [--dead 20]

Every host of the entries answers as its family does after so many seconds; one host of `--dead` never answers. Prints
the minutes, the requests and the largest number for one host.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from crawler.sources import Source, catalogue
from crawler.sources.to_toml import written
from local_country import DRIVER, LocalCountry, open_country
from local_portal import Reply
from storage.records import BEIJING
from test_verify import put


def serve(country: LocalCountry, wanted: int) -> dict[str, Source]:
    """Serve so many entries with all their listings, and return them as they stand here."""
    entries = [entry for entry in catalogue() if not entry.post][:wanted]
    here = {}
    for entry in entries:
        listings = tuple(country.here(url.replace("{page}", "1")) for url in entry.at(datetime.now(BEIJING)).listings)
        here[entry.id] = entry.model_copy(update={"listings": listings, "enabled": True, "off_because": ""})
        for listing in listings:
            put(country, listing if urlsplit(listing).path else f"{listing}/", entry.family or "trs")
    return here


def main() -> None:
    """Serve, verify, and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--wanted", type=int, default=400)
    options.add_argument("--answer", type=float, default=1.5)
    options.add_argument("--dead", type=int, default=20)
    chosen = options.parse_args()
    with open_country() as country, tempfile.TemporaryDirectory() as folder:
        sources = serve(country, chosen.wanted)
        hosts = sorted({host for host, _ in country.replies})
        dead = frozenset(hosts[:: chosen.dead])
        for place, reply in list(country.replies.items()):
            country.replies[place] = replace(reply, delay_seconds=3600.0 if place[0] in dead else chosen.answer)
        country.replies |= {(host, "/robots.txt"): Reply(delay_seconds=3600.0) for host in dead}
        file = Path(folder) / "c.toml"
        head = (
            '[archive]\npath = "a.db"\n[crawl]\ncontact = "mailto:watch@example.org"\ndelay_seconds = 2\n'
            "allow_private_networks = true\nreaders = 0\n[sources]\ncatalogue = false\n"
        )
        file.write_text(head + "\n".join(written(source) for source in sources.values()), encoding="utf-8")
        start = time.monotonic()
        arguments = ["sources", "verify", "--config", str(file), "--report", f"{folder}/verified"]
        command = [sys.executable, "-c", DRIVER.format(unknown=set()), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        minutes = (time.monotonic() - start) / 60
        print(done.stdout[-1500:], done.stderr[-1500:])
        asked = Counter(host for _, host, _ in country.log)
        listings = sum(len(source.listings) for source in sources.values())
        print(f"{len(sources)} entries, {listings} listings, {len(hosts)} hosts, {len(dead)} of them dead")
        print(f"{minutes:.1f} minutes, {asked.total()} requests, at most {max(asked.values())} for one host")


if __name__ == "__main__":
    main()
