"""The front process: it knows no engine, and the application stands in other people's servers too."""

from __future__ import annotations

import subprocess
import sys

ENGINES = ("pyoxigraph", "rdflib", "pyshacl", "shacl", "owlrl", "SPARQLWrapper", "httpx")
# The server itself, as the command starts it; it says what its process holds once it has answered.
FRONT = """
import os, signal, sys, threading
from urllib.request import urlopen
from guidekg.cli import main

def look(url):
    for path in ("/en/calls", "/api", "/sparql?query=ASK%7B%7D", "/metrics"):
        urlopen(url + path).read()
    print(sorted({name.partition(".")[0] for name in sys.modules} & set(ENGINES)))
    os.kill(os.getpid(), signal.SIGTERM)

def say(address):
    threading.Thread(target=look, args=[address], daemon=True).start()

import guidekg.web.server as server
server.serve(server.Settings(port=0, access_log=False), say)
"""


def test_the_process_that_speaks_http_imports_no_engine() -> None:
    code = f"ENGINES = {ENGINES!r}\n{FRONT}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout == "[]\n"
