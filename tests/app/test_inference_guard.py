"""The networks' library, kept for all pages."""

import threading

from ui.common import inference_guard


def test_a_run_of_a_page_does_not_clear_the_networks_library() -> None:
    with inference_guard.at_work():
        import keras

    before = keras.layers.Dense(1).name
    keras.backend.clear_session()  # as Streamlit calls it after every run of a page
    assert keras.layers.Dense(1).name != before


def test_long_work_lets_others_in() -> None:
    done = threading.Event()

    def other() -> None:
        with inference_guard.at_work():
            done.set()

    with inference_guard.at_work():
        thread = threading.Thread(target=other)
        thread.start()
        assert not done.wait(0.1)
        for _ in range(1000):
            inference_guard.let_others_in()
            if done.is_set():
                break
        assert done.is_set()
    thread.join()
