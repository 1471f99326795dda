from dataclasses import replace

import pytest

from ganlib.data.download import RETRIES, DownloadError, download


def assert_nothing_left(folder):
    assert not folder.exists() or list(folder.iterdir()) == []


def test_good_file_arrives_whole_with_progress(server, tmp_path):
    calls = []
    files = [server.offer("good", "a.bin"), server.offer("good", "b.bin")]
    download(files, tmp_path / "new" / "folder", lambda done, total: calls.append((done, total)))
    for name in ("a.bin", "b.bin"):
        assert (tmp_path / "new" / "folder" / name).read_bytes() == server.content
    size = len(server.content)
    assert {total for _, total in calls} == {2 * size}
    assert calls == sorted(calls)
    assert calls[-1] == (2 * size, 2 * size)
    assert len(calls) > 4


def test_file_can_be_read_by_everyone_who_shares_the_cache(server, tmp_path):
    download([server.offer("good")], tmp_path)
    assert (tmp_path / "file.bin").stat().st_mode & 0o444 == 0o444


def test_file_that_is_there_is_not_downloaded_again(server, tmp_path):
    file = server.offer("good")
    download([file], tmp_path)
    download([file], tmp_path)
    assert server.requests.total() == 1


def test_connection_that_breaks_once_is_tried_again(server, tmp_path):
    download([server.offer("flaky")], tmp_path)
    assert (tmp_path / "file.bin").read_bytes() == server.content
    assert server.requests.total() == 2


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("truncated", "failed, stalled or broke off"),
        ("stalled", "failed, stalled or broke off"),
        ("missing", "127.0.0.1 answered 404"),
        ("altered", "its checksum is wrong"),
    ],
)
def test_failure_is_retried_then_named_and_leaves_nothing(server, tmp_path, behaviour, reason):
    with pytest.raises(DownloadError, match=reason):
        download([server.offer(behaviour)], tmp_path / "cache")
    assert server.requests.total() == 1 + RETRIES
    assert_nothing_left(tmp_path / "cache")


def test_missing_network_is_named(server, tmp_path):
    # Port 9 is "discard": nothing listens there.
    file = replace(server.offer("good"), url="http://127.0.0.1:9/file.bin")
    with pytest.raises(DownloadError, match=r"the connection to 127\.0\.0\.1 failed"):
        download([file], tmp_path / "cache")
    assert_nothing_left(tmp_path / "cache")


def test_full_disk_is_named_and_leaves_nothing(server, tmp_path):
    resource = pytest.importorskip("resource")
    _, hard = before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(server.content) // 2, hard))
    try:
        with pytest.raises(DownloadError, match="cache cannot be written to: File too large; GANLIB_CACHE"):
            download([server.offer("good")], tmp_path / "cache")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert server.requests.total() == 1
    assert_nothing_left(tmp_path / "cache")


def test_folder_that_cannot_be_made_is_named(server, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DownloadError, match="file/mnist cannot be written to: Not a directory"):
        download([server.offer("good")], tmp_path / "file" / "mnist")


def test_interruption_leaves_nothing(server, tmp_path):
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download([server.offer("good")], tmp_path / "cache", interrupt)
    assert_nothing_left(tmp_path / "cache")


def test_failure_keeps_the_files_that_arrived_before(server, tmp_path):
    with pytest.raises(DownloadError):
        download([server.offer("good", "a.bin"), server.offer("missing", "b.bin")], tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["a.bin"]
