"""JSON for untrusted files: every fault is one named error, and writing is all or nothing."""

import errno
import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactnet.errors import ExactnetError, FileError, InputError, InputTypeError
from exactnet.exact import strict_json
from exactnet.exact.strict_json import parse_document, read_document, write_text

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
documents = st.dictionaries(st.text(), values, max_size=4)


@given(documents, st.booleans())
def test_a_document_without_floats_reads_back_as_itself(
    document: dict[str, object], ascii_only: bool
) -> None:
    assert parse_document(json.dumps(document, ensure_ascii=ascii_only), "here") == document


@given(documents)
def test_a_document_cut_short_anywhere_is_refused(document: dict[str, object]) -> None:
    text = json.dumps(document)
    for length in {0, 1, len(text) // 2, len(text) - 1}:
        with pytest.raises(FileError) as caught:
            parse_document(text[:length], "half.json")
        assert str(caught.value).startswith("half.json: expected a JSON document, got line 1: ")


@given(st.floats())
def test_every_float_is_refused_wherever_it_stands(value: float) -> None:
    for document in ({"a": value}, {"a": [[0, {"b": value}]]}):
        with pytest.raises(InputError, match="here: expected exact rationals, got the float "):
            parse_document(json.dumps(document), "here")


@given(st.text())
def test_any_text_gives_an_object_or_a_named_error(text: str) -> None:
    try:
        assert isinstance(parse_document(text, "here"), dict)
    except ExactnetError as error:
        assert str(error).startswith("here: expected ")


DIGITS = "7" * 4301


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ('{"a": 0.5}', InputError, "expected exact rationals, got the float 0.5. Write it as a"),
        ('{"a": 1e2}', InputError, "got the float 1e2"),
        ('{"a": 1e999999999}', InputError, "got the float 1e999999999"),
        ('{"a": NaN}', InputError, "got the float NaN"),
        ('{"a": -Infinity}', InputError, "got the float -Infinity"),
        (f'{{"a": 0.{DIGITS}}}', InputError, f"got the float 0.{'7' * 38}. Write"),
        (f'{{"a": {DIGITS}}}', InputError, "expected at most 4300 digits, got 4301."),
        ('{"a": 1, "b": 2, "a": 3}', InputError, "expected each key once, got 'a' twice. Remove"),
        ('{"x": [{"k": 1, "k": 1}]}', InputError, "expected each key once, got 'k' twice."),
        (f'{{"{DIGITS}": 1, "{DIGITS}": 2}}', InputError, f"got '{'7' * 40}' twice"),
        ("[" * 100_000, FileError, "expected a JSON document, got lists nested too deeply."),
        ('{"a":' * 100_000, FileError, "got lists nested too deeply. Flatten it."),
        ("", FileError, "got line 1: Expecting value. Was the file cut short?"),
        ('{"a": 1}\n{"b": 2}', FileError, "got line 2: Extra data"),
        ("{'a': 1}", FileError, "got line 1: Expecting property name"),
        ('{"a": 01}', FileError, "got line 1: "),
        ('{"a": "\t"}', FileError, "got line 1: Invalid control character"),
        ("\ufeff{}", FileError, "got line 1: Unexpected UTF-8 BOM"),
        ("[1]", InputError, "expected a JSON object, got list. Wrap it in {...}."),
        ("3", InputError, "expected a JSON object, got int."),
        ("null", InputError, "expected a JSON object, got NoneType."),
    ],
    ids=range(21),
)
def test_a_broken_document_is_refused_with_its_fault(
    text: str, error: type[ExactnetError], message: str
) -> None:
    with pytest.raises(error) as caught:
        parse_document(text, "here")
    assert str(caught.value).startswith("here: expected ")
    assert message in str(caught.value)


def test_the_longest_allowed_integer_is_read_in_full() -> None:
    for sign in ("", "-"):
        text = f'{{"a": {sign}{"9" * 4300}}}'
        assert parse_document(text, "here") == {"a": int(f"{sign}1") * (10**4300 - 1)}


def test_a_file_reads_as_its_document(tmp_path: Path) -> None:
    path = tmp_path / "fractal.json"
    path.write_text('{"a": ["1/2", "π"]}', encoding="utf-8")
    assert read_document(path) == read_document(str(path)) == {"a": ["1/2", "π"]}


def test_an_unreadable_file_is_refused_with_its_path_and_reason(tmp_path: Path) -> None:
    missing, binary, broken = (tmp_path / name for name in ("none", "binary", "broken"))
    binary.write_bytes(b'{"a": "\xff"}')
    broken.write_text('{"a":\n')
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, reason in [
        (missing, "expected a readable JSON file, got No such file or directory. Check the path."),
        (tmp_path, "expected a regular file, got a directory. Save the JSON to a file."),
        (pipe, "expected a regular file, got a device or a pipe. Save the JSON to a file."),
        (os.devnull, "expected a regular file, got a device or a pipe."),
        (f"{tmp_path}\0", "expected a readable JSON file, got a bad path or bytes"),
        (missing / "below", "expected a readable JSON file, got No such file or directory."),
        (binary, "expected a readable JSON file, got a bad path or bytes that are not UTF-8."),
        (broken, "expected a JSON document, got line 2: "),
    ]:
        with pytest.raises(FileError) as caught:
            read_document(path)
        assert str(caught.value).startswith(f"{path}: {reason}")


def test_a_file_above_the_size_limit_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.json"
    path.write_text('{"a": 10}')
    monkeypatch.setattr(strict_json, "MAX_BYTES", 9)
    assert read_document(path) == {"a": 10}
    monkeypatch.setattr(strict_json, "MAX_BYTES", 8)
    with pytest.raises(FileError, match=r"expected at most 8 bytes, got more\. Split or shorten"):
        read_document(path)


@pytest.mark.parametrize("text", ["", "plain\n", "π and ℝ", "x" * 100_000])
def test_a_written_file_holds_exactly_the_text_and_replaces_the_old_one(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "out.json"
    for old in (None, "something older and longer than the new text"):
        if old is not None:
            path.write_text(old)
        write_text(path, text)
        assert path.read_bytes() == text.encode()
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
        assert [entry.name for entry in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    path = tmp_path / "out.json"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if broken == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(FileError) as caught:
        write_text(path, "new")
    assert str(caught.value) == (
        f"{path}: expected a writable file, got No space left on device. Nothing was changed."
    )
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.json"]


def test_an_interrupted_write_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.json"
    path.write_text("old")

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.json"]


def test_writing_where_no_file_can_be_is_refused_without_litter(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "out.json"
    with pytest.raises(FileError, match="expected a writable file, got No such file or directory"):
        write_text(missing, "text")
    target = tmp_path / "directory"
    target.mkdir()
    (target / "kept").write_text("kept")
    with pytest.raises(FileError, match=f"{target}: expected a regular file, got a directory. "):
        write_text(target, "text")
    assert sorted(entry.name for entry in tmp_path.rglob("*")) == ["directory", "kept"]
    for path, text in ((f"{target}/a\0b", "text"), (target / "file", "\ud800")):
        with pytest.raises(
            FileError, match=r"expected a writable file, got .* Nothing was changed"
        ):
            write_text(path, text)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="expected a regular file, got a device or a pipe"):
        write_text(tmp_path / "pipe", "text")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(FileError, match="expected a writable file, got "):
        write_text(tmp_path / "loop", "text")
    names = sorted(entry.name for entry in tmp_path.rglob("*"))
    assert names == ["directory", "kept", "loop", "pipe"]


def test_a_replaced_file_keeps_its_permissions_and_a_new_one_has_the_usual_ones(
    tmp_path: Path,
) -> None:
    secret, new = tmp_path / "secret.json", tmp_path / f"{'n' * 250}.json"  # 255 bytes
    secret.write_text("old")
    secret.chmod(0o600)
    usual = os.umask(0o027)
    try:
        write_text(secret, "new")
        write_text(new, "new")
    finally:
        os.umask(usual)
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(new.stat().st_mode) == 0o640
    assert secret.read_text() == new.read_text() == "new"


@pytest.mark.parametrize("path", [None, 1, b"net.json"])
def test_what_is_no_path_is_refused_by_its_kind(path: object) -> None:
    for ask in (read_document, lambda name: write_text(name, "text")):
        with pytest.raises(InputTypeError, match="path: expected the name of a file, got"):
            ask(path)


def test_writing_through_a_link_replaces_the_file_behind_it(tmp_path: Path) -> None:
    behind, link = tmp_path / "behind.json", tmp_path / "link.json"
    behind.write_text("old")
    link.symlink_to(behind)
    write_text(link, "new")
    assert link.is_symlink()
    assert behind.read_text() == "new"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["behind.json", "link.json"]
