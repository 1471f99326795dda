"""The networks' library, kept for all pages."""

from ui import engine


def test_a_run_of_a_page_does_not_clear_the_networks_library() -> None:
    with engine.at_work():
        import keras

    before = keras.layers.Dense(1).name
    keras.backend.clear_session()  # as Streamlit calls it after every run of a page
    assert keras.layers.Dense(1).name != before
