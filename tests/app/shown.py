"""What a page shows, read out of Streamlit's `AppTest`."""

from streamlit.testing.v1 import AppTest


def again(app: AppTest) -> AppTest:
    """Run the page once more, as after a click; no traceback may show."""
    app.run()
    assert not app.exception, app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    """Press a button."""
    app.button(key=key).click()
    return again(app)


def texts(app: AppTest, *kinds: str) -> str:
    """Return all texts of some kinds, by default Markdown and captions, without the escapes of Markdown."""
    found = (element.value for kind in kinds or ("markdown", "caption") for element in app.get(kind))
    return "\n".join(str(value) for value in found).replace("\\", "")


def alternatives(app: AppTest) -> list[str]:
    """Return the alternative texts of all pictures."""
    return [picture.alt for element in app.get("image") for picture in element.proto.imgs]


def keys(app: AppTest) -> set[str]:
    """Return the keys of all buttons."""
    return {str(button.key) for button in app.button}


def parameter(app: AppTest, name: str) -> str | None:
    """Return a parameter of the address."""
    value = app.query_params.get(name)
    return value[0] if isinstance(value, list) else value
