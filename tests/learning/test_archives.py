"""CIFAR-10 archives: both formats give the images, nothing else is believed, nothing is run."""

import hashlib
import pickle
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest
from cifar_for_tests import (
    Members,
    binary_members,
    images,
    member,
    python2_pickle,
    python_members,
    write,
)

from exactnet.cli.main import main
from exactnet.errors import FileError, InputError
from exactnet.learning import archives
from exactnet.learning.archives import OFFICIAL, ImageSet, Official, read_cifar10, write_cifar10
from exactnet.learning.pickled import Built, as_data

IMAGES = images()


def same(a: ImageSet, b: ImageSet) -> bool:
    return all(
        np.array_equal(one.pixels, other.pixels) and np.array_equal(one.labels, other.labels)
        for one, other in ((a.train, b.train), (a.test, b.test))
    )


@pytest.mark.parametrize("kind", ["binary", "python", "python, column by column"])
def test_both_formats_give_the_images(kind: str, tmp_path: Path) -> None:
    members = binary_members(IMAGES) if kind == "binary" else python_members(IMAGES, "col" in kind)
    digest = write(tmp_path / "a.tar.gz", members)
    assert same(read_cifar10(tmp_path / "a.tar.gz", digest.upper()), IMAGES)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    digest = write_cifar10(tmp_path / "a.tar.gz", IMAGES)
    assert digest == hashlib.sha256((tmp_path / "a.tar.gz").read_bytes()).hexdigest()
    assert same(read_cifar10(tmp_path / "a.tar.gz", digest), IMAGES)
    assert write_cifar10(tmp_path / "b.tar.gz", IMAGES) == digest


def test_python_agrees_about_the_pickles_of_python_2() -> None:
    pixels, labels = IMAGES.test.pixels.tobytes(), IMAGES.test.labels.tolist()
    for turned in (False, True):
        found = pickle.loads(python2_pickle(pixels, labels, turned), encoding="bytes")
        assert np.array_equal(found[b"data"], IMAGES.test.pixels.reshape(10, -1))
        assert found[b"data"].flags["F_CONTIGUOUS" if turned else "C_CONTIGUOUS"]
        assert found[b"labels"] == labels


def test_an_official_archive_needs_no_checksum_and_may_be_in_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cifar-10-binary.tar.gz"
    digest = write(path, binary_members(IMAGES))
    with pytest.raises(FileError, match=r"official CIFAR-10 archive .*c32a1d4a.*got the MD5 sum"):
        read_cifar10(path)
    md5 = hashlib.md5(path.read_bytes()).hexdigest()
    for wrong in (Official(path.name, md5, "0" * 64), Official(path.name, "0" * 32, digest)):
        monkeypatch.setattr(archives, "OFFICIAL", (wrong,))
        with pytest.raises(FileError, match="got the MD5 sum"):
            read_cifar10(path)
    monkeypatch.setattr(archives, "OFFICIAL", (Official(path.name, md5, digest),))
    assert same(read_cifar10(tmp_path), IMAGES)


def test_the_official_checksums_are_those_published() -> None:
    assert {one.name: one.md5 for one in OFFICIAL} == {
        "cifar-10-binary.tar.gz": "c32a1d4ab5d03f1284b67883e8d87530",
        "cifar-10-python.tar.gz": "c58f30108f718f92721af3b95e74349a",
    }


def replaced(name: str, content: bytes) -> Members:
    return [
        member(info.name, content) if name in info.name else (info, old)
        for info, old in binary_members(IMAGES)
    ]


PLAIN = binary_members(IMAGES)
BAD: dict[str, tuple[Members, str]] = {
    "traversal": ([*PLAIN, member("../evil", b"x")], r"member \.\./evil: .* a file in a folder"),
    "absolute": ([*PLAIN, member("/tmp/evil", b"x")], "a file in a folder"),
    "backslashes": ([*PLAIN, member("..\\evil", b"x")], "a file in a folder"),
    "drive": ([*PLAIN, member("C:evil", b"x")], "a file in a folder"),
    "link": (
        [*PLAIN, member("a/data_batch_1.bin", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd")],
        "a file in a folder",
    ),
    "device": ([*PLAIN, member("a/b", b"", type=tarfile.CHRTYPE)], "a file in a folder"),
    "missing": (PLAIN[:-3], "a member data_batch_5, got none"),
    "short record": (replaced("test_batch", b"\x00" * 3000), "records of 3073 bytes, got 3000"),
    "empty": (replaced("test_batch", b""), "records of 3073 bytes, got 0"),
    "label": (replaced("test_batch", b"\x0a" + bytes(3072)), "a label 0..9"),
    "nothing": ([], "a member data_batch_1, got none"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_an_archive_that_is_not_as_it_should_be_is_one_error(name: str, tmp_path: Path) -> None:
    members, message = BAD[name]
    digest = write(tmp_path / "a.tar.gz", members)
    with pytest.raises(FileError, match=message) as caught:
        read_cifar10(tmp_path / "a.tar.gz", digest)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar.gz"]


def test_damage_anywhere_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "a.tar.gz"
    write(path, binary_members(IMAGES))
    whole = path.read_bytes()
    rng = np.random.default_rng(1)
    cuts = [whole[:n] for n in (0, 1, 5, 100, len(whole) // 2, len(whole) - 9)]
    flips = []
    for place in rng.integers(0, 2000, 20).tolist():
        spoiled = bytearray(whole)
        spoiled[place] ^= 0x55
        flips.append(bytes(spoiled))
    for data in (*cuts, whole[:-1], b"x" * 5000):
        path.write_bytes(data)
        with pytest.raises(FileError, match=r"a\.tar\.gz"):
            read_cifar10(path, hashlib.sha256(data).hexdigest())
    for data in flips:  # a flip in what gzip ignores changes nothing
        path.write_bytes(data)
        try:
            found = read_cifar10(path, hashlib.sha256(data).hexdigest())
            assert found.train.pixels.shape == IMAGES.train.pixels.shape
        except FileError as error:
            assert str(error).startswith(str(path))


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 180_000)
    digest = write(tmp_path / "b.tar.gz", [member("a/b", bytes(200_000))])
    with pytest.raises(FileError, match="expected at most 180000 bytes unpacked, got more"):
        read_cifar10(tmp_path / "b.tar.gz", digest)
    digest = write(tmp_path / "a.tar.gz", binary_members(IMAGES))
    with pytest.raises(FileError, match="expected at most 180000 bytes, got more"):
        read_cifar10(tmp_path / "a.tar.gz", digest)  # random pictures do not shrink


def spoiled_pickles() -> dict[str, bytes]:
    good = python2_pickle(IMAGES.test.pixels.tobytes(), IMAGES.test.labels.tolist())
    return {
        "os.system": b"cos\nsystem\n(U\x09touch badtR.",
        "another array": good.replace(b"cnumpy\nndarray", b"cos\nsystem__"),
        "another maker": good.replace(b"numpy.core.multiarray\n_reconstruct", b"os\nsystem"),
        "floats": good.replace(b"U\x02u1", b"U\x02f8"),
        "columns": good.replace(b"M\x00\x0c\x86", b"M\x01\x0c\x86"),
        "rows": good.replace(b"K\x01M\x0a\x00", b"K\x01M\x0b\x00"),
        "labels": good.replace(b"(K\x00K\x01", b"(K\x0bK\x01"),
        "fewer labels": good.replace(b"(K\x00K\x01K\x02", b"(K\x01K\x02"),
        "no data": good.replace(b"U\x04data", b"U\x04dada"),
        "cut": good[:-1],
        "a number": b"\x80\x02K\x01.",
        "text": b"not a pickle",
        "nothing": b"",
    }


@pytest.mark.parametrize("name", sorted(spoiled_pickles()))
def test_pickles_of_anything_else_are_refused_and_nothing_is_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    content = spoiled_pickles()[name]
    members = [
        (member(info.name, content) if "test_batch" in info.name else (info, old))
        for info, old in python_members(IMAGES)
    ]
    digest = write(tmp_path / "a.tar.gz", members)
    with pytest.raises(FileError, match=r"member cifar-10-batches-py/test_batch: expected"):
        read_cifar10(tmp_path / "a.tar.gz", digest)
    assert not (tmp_path / "bad").exists()


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_plain_data_is_read_as_pickle_reads_it(protocol: int) -> None:
    values: list[object] = [
        {}, [], (), {"a": [1, 2, (3,)], "b": None}, [True, False, -7, 2**40, 300, 70_000],
        [("x", "y"), ("x", "y", "z", "w"), "text" * 100], {"k": {"l": [[]]}}, 1.5,
    ]  # fmt: skip
    for value in values:
        assert as_data(pickle.dumps(value, protocol), "test") == value


def test_no_class_that_a_pickle_names_is_imported() -> None:
    code = (
        "import sys\nfrom exactnet.learning.pickled import as_data\n"
        "as_data(b'\\x80\\x02cantigravity\\nfly\\n)R.', 'x')\n"
        "assert 'antigravity' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--data", "missing.tar.gz"],
            "missing.tar.gz: expected an official CIFAR-10 archive, got",
        ),
        (["--data", "."], "expected a folder with cifar-10-binary.tar.gz or"),
        (["--data", "bad.tar.gz"], "got the MD5 sum"),
        (["--data", "bad.tar.gz", "--checksum", "0" * 64], "bad.tar.gz: expected the checksum 000"),
        (["--data", "bad.tar.gz", "--checksum", "xyz"], "64 hexadecimal digits"),
        (["--data", "digits", "--checksum", "0" * 64], "expected an archive to compare it with"),
        (["--data", ""], "data: expected 'digits' or a path"),
    ],
)
def test_bad_data_is_one_line_with_status_2_and_leaves_nothing(
    options: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("bad.tar.gz").write_bytes(b"\x1f\x8bnot really")
    assert main(["experiment", "cifar10", "--small", "-o", "out", *options]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["bad.tar.gz"]


def test_a_checksum_is_hexadecimal() -> None:
    with pytest.raises(InputError, match="64 hexadecimal digits"):
        read_cifar10("x", "g" * 64)


@pytest.mark.parametrize(("count", "rows"), [(1, True), (0, 0), (2, -2), (2, 3)])
def test_a_pickled_array_with_another_number_of_rows_is_refused(count: int, rows: int) -> None:
    found = as_data(pickle.dumps(np.zeros((count, 3072), np.uint8), 2), "a")
    assert isinstance(found, Built)
    version, _, *rest = found.state  # type: ignore[misc]
    with pytest.raises(FileError, match="expected a pickled array of bytes, 3072 a row"):
        archives._array(Built(found.value, (version, (rows, 3072), *rest)), "a")
