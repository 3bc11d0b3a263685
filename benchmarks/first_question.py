"""From a fresh clone to the first question on the try-out's page: what `make try` takes.

Clones the committed state into a temporary folder, runs `make try` there (which makes the virtual
environment and installs) and asks the page until it shows today's question.

    python -m benchmarks.first_question
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WITHIN = 300.0


def wait_for_address(log: Path, process: subprocess.Popen[bytes], deadline: float) -> tuple[str, str]:
    """Return the page's address and its secret, from what the try-out prints."""
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"(http://127\.0\.0\.1:\d+)/#(\S+)", log.read_text(encoding="utf-8"))
        if found:
            return found[1], found[2]
        time.sleep(0.1)
    raise SystemExit(f"no address was printed:\n{log.read_text(encoding='utf-8')[-2000:]}")


def question_is_there(address: str, secret: str) -> bool:
    """Ask the page's own interface whether its first channel has something new: today's question."""
    request = urllib.request.Request(  # noqa: S310 the address is on 127.0.0.1
        f"{address}/try/state", headers={"X-Simcord-Capability": secret}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as reply:  # noqa: S310 as above
            state = json.load(reply)
    except (urllib.error.URLError, ConnectionError):
        return False
    return any(place["id"] == state["home"] and place["unread"] for place in state["places"])


def main() -> None:
    """Measure once; the installation downloads, so it depends on the network."""
    with tempfile.TemporaryDirectory() as folder:
        clone, log = Path(folder) / "studyloop", Path(folder) / "log"
        began = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["make", "try", "ARGS=--no-open --port 0"],
                cwd=clone,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
            )
        try:
            address, secret = wait_for_address(log, process, began + WITHIN)
            while not question_is_there(address, secret):
                if time.monotonic() > began + WITHIN:
                    raise SystemExit("the question did not come")
                time.sleep(0.1)
            print(f"fresh clone to the first question on the page: {time.monotonic() - began:.1f} s")
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=20)


if __name__ == "__main__":
    sys.exit(main())
