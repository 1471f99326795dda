"""Signing in by OpenID Connect, where `.streamlit/secrets.toml` has a section `[auth]`; Streamlit does the work.

Changes of that file count from the next start of the server on.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st
from streamlit.errors import Error, StreamlitSecretNotFoundError

_NO_ADDRESS = (
    "This account has no confirmed e-mail address, and without one nobody can tell whose runs are whose: sign out, and "
    "in again with another account."
)


@cache
def is_on() -> bool:
    """Return whether people must sign in. A `secrets.toml` that cannot be read counts as one that asks for it."""
    try:
        return "auth" in st.secrets
    except StreamlitSecretNotFoundError as error:
        return error.error_id != "no-secrets-found"


def account() -> str:
    """Return the e-mail address of whoever has signed in, in small letters; "" if nobody has, or it is unconfirmed."""
    claims = st.user.to_dict()
    email = claims.get("email") if claims.get("is_logged_in") and _is_confirmed(claims) else ""
    return email.strip().lower() if isinstance(email, str) else ""


def _is_confirmed(claims: Mapping[str, Any]) -> bool:
    """Whether the provider vouches for the address; where it says nothing, whether the settings do (`trust_email`)."""
    if "email_verified" in claims:
        return str(claims["email_verified"]).lower() == "true"
    try:
        return st.secrets["auth"].get("trust_email") is True
    except (StreamlitSecretNotFoundError, KeyError):
        return False


def demand() -> None:
    """Show the way to sign in, and nothing of the page, to whoever has not signed in where that is asked for."""
    if not is_on() or account():
        return
    st.title("GAN Explorer", anchor=False)
    if st.user.to_dict().get("is_logged_in"):
        st.warning(_NO_ADDRESS)
        offer_to_leave()
    else:
        st.markdown("Sign in to train, explore and compare: every run here belongs to somebody.")
        for name, label in _providers().items():
            if st.button(label, key=f"sign_in_{name}", type="primary", icon=":material/login:"):
                _begin(name)
    st.stop()


def offer_to_leave() -> None:
    if st.button("Sign out", key="sign_out", type="tertiary", icon=":material/logout:"):
        st.logout()


def _providers() -> dict[str | None, str]:
    """Return the named providers of the section, or else the one without a name, with what their buttons say."""
    try:
        names = [name for name, value in st.secrets["auth"].items() if isinstance(value, Mapping)]
    except (StreamlitSecretNotFoundError, KeyError):
        names = []
    named = {name: f"Sign in with {name.capitalize()}" for name in names if name != "client_kwargs"}
    return {**named} or {None: "Sign in"}


def _begin(provider: str | None) -> None:
    try:
        st.login(provider)
    except Error as error:  # a section that lacks something, or no Authlib
        st.error(f"Signing in is not set up on this server: {error}")
