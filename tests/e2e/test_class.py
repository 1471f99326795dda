"""A class of thirty on one server while a run trains: the real server, driven without a browser."""

import json
import threading
import time
import urllib.request

SESSIONS = 30
LOOK_SECONDS = 20.0
REFRESH_SECONDS = 3.0  # what a page that follows a run does by itself


class Session(threading.Thread):
    """One person: opens the app, and looks again every few seconds."""

    def __init__(self, url, views, until):
        super().__init__(daemon=True)
        self.url, self.views, self.until = url, views, until
        self.took, self.troubles = [], []

    def run(self):
        try:
            session = self.ask({"query_params": self.views[0][1], "page": self.views[0][0]})["session_id"]
            number = 0
            while time.monotonic() < self.until():
                number += 1
                page, parameters = self.views[number % len(self.views)]
                answer = self.ask({"session_id": session, "page": page, "query_params": parameters})
                if answer["status"] == "error":
                    self.troubles.append(json.dumps(answer)[:500])
                time.sleep(REFRESH_SECONDS)
        except Exception as error:
            self.troubles.append(repr(error))

    def ask(self, body):
        request = urllib.request.Request(
            f"{self.url}/_stcore/agent/interact", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        started = time.perf_counter()
        with urllib.request.urlopen(request, timeout=30) as answer:
            content = json.load(answer)
        self.took.append(time.perf_counter() - started)
        return content
