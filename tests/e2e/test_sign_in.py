"""A class that signs in with a real provider, server and browser: students have their own runs, a teacher all."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ganlib import presets
from ganlib.runs import store
from ganlib.runs.status import FINISHED, Status
from tests.e2e import browser as real
from tests.e2e import identity_provider

pytestmark = pytest.mark.e2e
SECONDS = 1000
ANN, BOB, TEACHER = "ann@school.example", "bob@school.example", "tea@school.example"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signed-in")
    for name, owner in (("hers", ANN), ("his", BOB)):
        run = store.create(presets.get("digits-quick").config, {"preset": "digits-quick"}, name, folder)
        run.write_status(Status(FINISHED, step=1, total_steps=1))
        run.write_about(owner=owner)
    return folder


@pytest.fixture(scope="module")
def url(runs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    secrets = tmp_path_factory.mktemp("secrets") / "secrets.toml"
    with identity_provider.serving() as provider:
        secrets.write_text(f'GANLIB_TEACHERS = "{TEACHER}"\n{provider.secrets()}')
        with real.server(runs, "--secrets.files", str(secrets)) as url:
            yield url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with real.browser() as chromium:
        yield chromium


@contextmanager
def signed_in(chromium: Browser, url: str, email: str) -> Iterator[Page]:
    """Sign in as a person does; the browser comes back to the app."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(30 * SECONDS)
        page.goto(f"{url}/runs")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("E-mail").fill(email)
        page.get_by_role("button", name="Go").click()
        page.wait_for_url(f"{url}/**")
        yield real.settled(page)


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.get_by_text("Signed in as").first).to_be_visible(timeout=30 * SECONDS)
    return real.settled(page)


def test_a_student_signs_in_and_steers_their_own_runs_alone(chromium: Browser, url: str) -> None:
    with signed_in(chromium, url, ANN) as page:
        opened(page, f"{url}/runs?me={BOB}")
        expect(page.get_by_text(f"Signed in as {ANN}", exact=True)).to_be_visible()
        assert "me=" not in page.url
        expect(page.locator(".st-key-delete_hers")).to_be_visible()
        expect(page.locator(".st-key-open_his")).to_be_visible()
        expect(page.locator(".st-key-delete_his")).to_have_count(0)


def test_what_a_student_starts_is_theirs(chromium: Browser, url: str, runs: Path) -> None:
    with signed_in(chromium, url, BOB) as page:
        page.goto(f"{url}/lab?preset=ring-quick")
        page.locator(".st-key-lab_start button").first.click()
        page.wait_for_url("**run=*", timeout=30 * SECONDS)
    started = {run.id: run.about().owner for run in store.list_runs(runs)}
    assert {started[name] for name in started.keys() - {"hers", "his"}} == {BOB}


def test_a_teacher_deletes_a_students_run_and_signs_out(chromium: Browser, url: str, runs: Path) -> None:
    with signed_in(chromium, url, TEACHER) as page:
        opened(page, f"{url}/runs")
        expect(page.get_by_text(f"Signed in as {TEACHER} (teacher)")).to_be_visible()
        page.locator(".st-key-delete_his button").click()
        page.get_by_role("button", name="Delete for good").click()
        expect(page.locator(".st-key-open_his")).to_have_count(0)
        assert not (runs / "his").exists()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=30 * SECONDS)


@pytest.mark.parametrize("email", [identity_provider.IMPOSTOR, "unconfirmed@school.example"])
def test_a_forged_token_and_an_unconfirmed_address_open_nothing(chromium: Browser, url: str, email: str) -> None:
    with signed_in(chromium, url, email) as page:
        page.goto(f"{url}/runs")
        real.settled(page)
        expect(page.get_by_role("button", name="Sign", exact=False)).to_be_visible()
        expect(page.locator(".st-key-runs_import")).to_have_count(0)


def test_a_made_up_cookie_opens_nothing(chromium: Browser, url: str) -> None:
    with chromium.new_context() as context:
        made_up = json.dumps({"is_logged_in": True, "email": TEACHER, "origin": url})
        context.add_cookies([{"name": "_streamlit_user", "value": made_up, "url": url}])
        page = context.new_page()
        page.goto(f"{url}/runs")
        expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=30 * SECONDS)
        expect(page.locator(".st-key-runs_import")).to_have_count(0)
