"""The official CIFAR-10 archives, read in memory: nothing is extracted, nothing is unpickled.

Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009. The authors publish MD5
sums of their archives; the SHA-256 digests here are of the same files. Both must agree.

``cifar-10-binary.tar.gz`` holds records of one label and 3072 pixels (red, green, blue, each row by
row); ``cifar-10-python.tar.gz`` the same images as pickled dictionaries, which are read by
``pickled.as_data``. Five members are the training set, one is the test set.
"""

import gzip
import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

from exactnet.bridges.untrusted import read_bytes, shown
from exactnet.errors import FileError, InputError
from exactnet.exact.strict_json import write_bytes
from exactnet.learning.pickled import Built, Call, Name, as_data, bytes_of

SHAPE = (3, 32, 32)
PIXELS = 3 * 32 * 32
RECORD = 1 + PIXELS
MAX_BYTES = 2**29  # of an archive, and of what it unpacks to
KIND = "an official CIFAR-10 archive"
REMEDY = "Download cifar-10-binary.tar.gz again."

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Official:
    """What the authors distribute."""

    name: str
    md5: str
    sha256: str


OFFICIAL = (
    Official(
        "cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530",
        "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    ),
    Official(
        "cifar-10-python.tar.gz", "c58f30108f718f92721af3b95e74349a",
        "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    ),
)  # fmt: skip
PARTS = (*(f"data_batch_{k}" for k in range(1, 6)), "test_batch")


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """Pictures (m, channels, height, width) of bytes with their classes (m,)."""

    pixels: Bytes
    labels: Bytes


@dataclass(frozen=True, slots=True, eq=False)
class ImageSet:
    """A training set and a test set."""

    train: Images
    test: Images


def read_cifar10(path: str | os.PathLike[str], checksum: str | None = None) -> ImageSet:
    """The images of an official archive, or of the one in a folder.

    ``checksum`` is the SHA-256 digest, in hexadecimal, of an archive in the same format that you
    trust, in place of the official ones.

    Raises FileError for a file that is no such archive, has another checksum, or is damaged;
    InputError for a checksum that is none.
    """
    found = _archive(Path(path))
    return _read(os.fspath(found), None if checksum is None else as_digest(checksum))


def as_digest(text: str) -> str:
    """A SHA-256 digest in lower case; InputError for other text."""
    digest = text.lower()
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise InputError.about(
            "checksum", "64 hexadecimal digits (SHA-256)", f"'{shown(text)}'", "Try sha256sum."
        )
    return digest


def _archive(path: Path) -> Path:
    """The file itself, or the official one in a folder."""
    if not path.is_dir():
        return path
    found = [path / one.name for one in OFFICIAL if (path / one.name).is_file()]
    if not found:
        names = " or ".join(one.name for one in OFFICIAL)
        raise FileError.about(
            os.fspath(path), f"a folder with {names}", "none of them",
            "Give the archive: unpacked files have no published checksums.",
        )  # fmt: skip
    return found[0]


@lru_cache(maxsize=1)
def _read(path: str, digest: str | None) -> ImageSet:
    data = read_bytes(path, KIND, MAX_BYTES)
    _verify(data, path, digest)
    try:
        parts = dict(_members(data, path))
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError.about(path, KIND, f"damage ({error!s:.60})", REMEDY) from None
    missing = [name for name in PARTS if name not in parts]
    if missing:
        raise FileError.about(path, f"a member {missing[0]}", "none", REMEDY)
    pictures = [parts[name] for name in PARTS]
    return ImageSet(_joined(pictures[:-1]), pictures[-1])


def _verify(data: bytes, path: str, digest: str | None) -> None:
    """See that the archive is an official one, or the one that was named."""
    sha256 = hashlib.sha256(data).hexdigest()
    if digest is not None:
        if sha256 != digest:
            raise FileError.about(path, f"the checksum {digest}", sha256, "Check the file.")
        return
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    if (md5, sha256) not in {(one.md5, one.sha256) for one in OFFICIAL}:
        raise FileError.about(
            path, f"{KIND} ({', '.join(f'{one.name} {one.md5}' for one in OFFICIAL)})",
            f"the MD5 sum {md5}", REMEDY,
        )  # fmt: skip


def _members(data: bytes, path: str) -> Iterator[tuple[str, Images]]:
    """The six parts by name; every member is looked at, none leaves memory."""
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
        plain = packed.read(MAX_BYTES + 1)  # to the end, where its own checksum is
    if len(plain) > MAX_BYTES:
        raise FileError.about(path, f"at most {MAX_BYTES} bytes unpacked", "more", REMEDY)
    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
        for member in archive:
            where = f"{path}, member {shown(member.name)}"
            parts = PurePosixPath(member.name.replace("\\", "/")).parts
            sound = (member.isfile() or member.isdir()) and member.size <= len(plain)
            if not sound or not parts or ".." in parts or "/" in parts or ":" in member.name:
                raise FileError.about(where, "a file in a folder", "another member", REMEDY)
            name, dot, ending = parts[-1].partition(".")
            if member.isfile() and name in PARTS and (not dot or ending == "bin"):
                stream = archive.extractfile(member)
                content = b"" if stream is None else stream.read()
                if len(content) != member.size:
                    raise FileError.about(where, f"{member.size} bytes", f"{len(content)}", REMEDY)
                yield name, (_records if dot else _pickled)(content, where)


def _records(content: bytes, where: str) -> Images:
    """Records of a label and 3072 pixels."""
    if not content or len(content) % RECORD:
        raise FileError.about(where, f"records of {RECORD} bytes", f"{len(content)} bytes", REMEDY)
    table = np.frombuffer(content, dtype=np.uint8).reshape(-1, RECORD)
    return _checked(table[:, 1:], table[:, 0].tolist(), where)


def _pickled(content: bytes, where: str) -> Images:
    """A dictionary with "data" (an array of bytes) and "labels"."""
    found = as_data(content, where)
    if not isinstance(found, dict) or not {"data", "labels"} <= set(found):
        raise FileError.about(where, "a dictionary with data and labels", "another", REMEDY)
    return _checked(_array(found["data"], where), found["labels"], where)


def _array(value: object, where: str) -> Bytes:
    """What NumPy pickles for an array of bytes with 3072 columns, and nothing else."""
    match value:
        case Built(
            Call(
                Name("numpy.core.multiarray _reconstruct" | "numpy._core.multiarray _reconstruct"),
                (Name("numpy ndarray"), (0,), _),
            ),
            (
                1, (int(rows), 3072),
                Built(Call(Name("numpy dtype"), ("u1" | b"u1" | "|u1" | b"|u1", *_)), _),
                bool(turned), raw,
            ),
        ):  # fmt: skip
            data = bytes_of(raw)
            if type(rows) is int and data and len(data) == rows * PIXELS:
                table = np.frombuffer(data, dtype=np.uint8)  # by rows, or turned, by columns
                return table.reshape(PIXELS, rows).T if turned else table.reshape(rows, PIXELS)
    raise FileError.about(where, "a pickled array of bytes, 3072 a row", "another", REMEDY)


def _checked(pixels: Bytes, labels: Any, where: str) -> Images:
    """Pictures in their shape; as many labels, each 0..9."""
    good = isinstance(labels, list) and len(labels) == len(pixels)
    if not good or not all(type(label) is int and 0 <= label < 10 for label in labels):
        raise FileError.about(where, "a label 0..9 for each picture", "others", REMEDY)
    return Images(pixels.reshape(-1, *SHAPE), np.array(labels, dtype=np.uint8))


def _joined(parts: list[Images]) -> Images:
    return Images(
        np.concatenate([one.pixels for one in parts]), np.concatenate([one.labels for one in parts])
    )


def write_cifar10(path: str | os.PathLike[str], images: ImageSet) -> str:
    """Write images as an archive in the binary format; its SHA-256 digest.

    The training set is cut into five members. The same images give the same bytes.
    """
    cuts = zip(
        np.array_split(images.train.pixels, 5), np.array_split(images.train.labels, 5), strict=True
    )
    parts = [*(Images(pixels, labels) for pixels, labels in cuts), images.test]
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, compresslevel=1) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name, part in zip(PARTS, parts, strict=True):
            flat = part.pixels.reshape(len(part.labels), PIXELS)
            content = np.column_stack([part.labels, flat]).astype(np.uint8).tobytes()
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}.bin")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    write_bytes(path, buffer.getvalue())
    return hashlib.sha256(buffer.getvalue()).hexdigest()
