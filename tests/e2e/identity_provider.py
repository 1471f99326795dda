"""A small identity provider: OpenID Connect's code flow with PKCE, for whoever types an e-mail address."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "gan-explorer", "a secret that both know"
IMPOSTOR = "impostor@school.example"
"""Whose tokens are signed with a key that the provider does not show."""


class Provider(ThreadingHTTPServer):
    """Signs in whoever is typed; an address that begins with `unconfirmed` is said to be that."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("localhost", 0), _Handler)
        self.key, self.other_key = (RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}) for _ in range(2))
        self.asked: dict[str, Mapping[str, str]] = {}  # by code

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_address[1]}"

    def secrets(self) -> str:
        """Return the section of `secrets.toml`; Streamlit puts its own port into it."""
        return (
            f'[auth]\nredirect_uri = "http://localhost:{{port}}/oauth2callback"\n'
            f'cookie_secret = "{uuid4().hex}"\nclient_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
            f'server_metadata_url = "{self.url}/.well-known/openid-configuration"\n'
        )

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def token(self, code: str, verifier: str) -> dict[str, Any]:
        asked = self.asked.pop(code)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        assert challenge == asked["code_challenge"]
        now, email = int(time.time()), asked["email"]
        claims = {
            **{"iss": self.url, "aud": CLIENT, "sub": email, "iat": now, "exp": now + 300, "nonce": asked["nonce"]},
            **{"email": email, "email_verified": not email.startswith("unconfirmed")},
        }
        key = self.other_key if email == IMPOSTOR else self.key
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        return {"access_token": uuid4().hex, "token_type": "Bearer", "expires_in": 300, "id_token": signed}


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = dict(parse_qsl(address.query))
        if address.path == "/.well-known/openid-configuration":
            self._answer(json.dumps(self.server.metadata()), "application/json")
        elif address.path == "/jwks":
            self._answer(json.dumps(KeySet([self.server.key]).as_dict(private=False)), "application/json")
        elif address.path == "/authorize" and "email" not in asked:
            kept = "".join(f'<input type="hidden" name="{name}" value="{escape(asked[name])}">' for name in asked)
            self._answer(f'<form><label>E-mail <input name="email"></label>{kept}<button>Go</button></form>')
        elif address.path == "/authorize":
            code = uuid4().hex
            self.server.asked[code] = asked
            self.send_response(302)
            answer = urlencode({"code": code, "state": asked["state"]})
            self.send_header("Location", f"{asked['redirect_uri']}?{answer}")
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        name_and_secret = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        assert self.path == "/token"
        assert name_and_secret == f"{CLIENT}:{SECRET}"
        self._answer(json.dumps(self.server.token(form["code"], form["code_verifier"])), "application/json")

    def _answer(self, text: str, kind: str = "text/html") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Provider]:
    with Provider() as provider:
        threading.Thread(target=provider.serve_forever, daemon=True).start()
        try:
            yield provider
        finally:
            provider.shutdown()
