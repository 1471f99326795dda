"""A widget that the app moved: what the browser says of it late is no choice."""

from streamlit.testing.v1 import AppTest


def page() -> AppTest:
    def script() -> None:
        import streamlit as st

        from ui.common import widget_version

        state = st.session_state
        wanted = state.setdefault("wanted", "a")
        key = widget_version.key("which", wanted)

        def picked(key: str) -> None:
            if not widget_version.is_late("which", key):
                state["wanted"] = state[key]

        st.radio("Which", ["a", "b", "c"], key=key, on_change=picked, args=(key,))

    return AppTest.from_function(script, default_timeout=30).run()


def test_a_person_moves_it() -> None:
    app = page()
    for choice in ("b", "c", "a"):
        app.radio[0].set_value(choice).run()
        assert (app.radio[0].value, app.session_state["wanted"]) == (choice, choice)
    assert app.radio[0].key == "which"  # the same all along, which keeps the keyboard's focus on it


def test_the_app_moves_it_and_a_late_value_changes_nothing() -> None:
    app = page()
    app.radio[0].set_value("b")
    late = app._tree.get_widget_states()
    app.run()
    app.session_state["wanted"] = "c"
    app.run()

    for _ in range(2):
        app._run(late)
        assert not app.exception
        assert (app.radio[0].value, app.session_state["wanted"]) == ("c", "c")


def test_after_the_app_moved_it_a_person_moves_it_on() -> None:
    app = page()
    app.session_state["wanted"] = "c"
    app.run()
    app.radio[0].set_value("a").run()

    assert (app.radio[0].value, app.session_state["wanted"]) == ("a", "a")
