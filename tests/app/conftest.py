import pytest

from ui import audience


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else looks on: pages that were opened before are no audience, so nothing is kept for a second."""
    monkeypatch.setattr(audience, "viewers", lambda: 1)
