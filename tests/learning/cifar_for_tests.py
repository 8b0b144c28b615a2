"""Small archives in the official formats, made by hand: what Python 2 wrote is spelled out."""

import hashlib
import io
import pickle
import struct
import tarfile
from pathlib import Path

import numpy as np

from exactnet.learning.archives import PARTS, PIXELS, Images, ImageSet

Members = list[tuple[tarfile.TarInfo, bytes]]


def images(train: int = 50, test: int = 10) -> ImageSet:
    """Random pictures; every class occurs."""
    rng = np.random.default_rng(7)

    def some(count: int) -> Images:
        pixels = rng.integers(0, 256, (count, 3, 32, 32), dtype=np.uint8)
        return Images(pixels, (np.arange(count) % 10).astype(np.uint8))

    return ImageSet(some(train), some(test))


def parts(found: ImageSet) -> dict[str, tuple[bytes, list[int]]]:
    """Pixels and labels of the six members."""
    cuts = np.array_split(np.arange(len(found.train.labels)), 5)
    sets = [Images(found.train.pixels[cut], found.train.labels[cut]) for cut in cuts] + [found.test]
    return {
        name: (one.pixels.tobytes(), one.labels.tolist())
        for name, one in zip(PARTS, sets, strict=True)
    }


def python2_pickle(pixels: bytes, labels: list[int], turned: bool = False) -> bytes:
    """Protocol 2 as cPickle of Python 2 writes a dictionary with an array, opcode by opcode."""
    rows = len(labels)
    if turned:
        pixels = np.frombuffer(pixels, np.uint8).reshape(rows, PIXELS).T.tobytes()
    out = b"\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x15training batch 1 of 5q\x03"
    out += b"U\x06labelsq\x04]q\x05(" + b"".join(b"K" + bytes([v]) for v in labels) + b"e"
    out += b"U\x04dataq\x06cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08"
    out += b"K\x00\x85U\x01b\x87Rq\x09(K\x01M" + struct.pack("<H", rows) + b"M\x00\x0c\x86"
    out += b"cnumpy\ndtype\nq\x0aU\x02u1K\x00K\x01\x87Rq\x0b(K\x03U\x01|NNNJ\xff\xff\xff\xff"
    out += b"J\xff\xff\xff\xffK\x00tb" + (b"\x88" if turned else b"\x89")
    out += b"T" + struct.pack("<i", len(pixels)) + pixels + b"tb"
    out += b"U\x09filenamesq\x0c]q\x0d(" + b"U\x05a.pngr\x00\x01\x00\x00" * rows + b"eu."
    return out


def member(name: str, content: bytes, **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    """An entry of a tar archive."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in fields.items():
        setattr(info, key, value)
    return info, content


def binary_members(found: ImageSet) -> Members:
    """The members of the binary archive."""
    members = [member("cifar-10-batches-bin", b"", type=tarfile.DIRTYPE)]
    for name, (pixels, labels) in parts(found).items():
        records = [
            bytes([label]) + pixels[k * PIXELS : (k + 1) * PIXELS] for k, label in enumerate(labels)
        ]
        members.append(member(f"cifar-10-batches-bin/{name}.bin", b"".join(records)))
    return [*members, member("cifar-10-batches-bin/batches.meta.txt", b"airplane\n")]


def python_members(found: ImageSet, turned: bool = False) -> Members:
    """The members of the Python archive."""
    members = [
        member(f"cifar-10-batches-py/{name}", python2_pickle(pixels, labels, turned))
        for name, (pixels, labels) in parts(found).items()
    ]
    return [*members, member("cifar-10-batches-py/batches.meta", pickle.dumps({"a": 1}, 2))]


def write(path: Path, members: Members) -> str:
    """A .tar.gz; its SHA-256 digest."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    path.write_bytes(buffer.getvalue())
    return hashlib.sha256(buffer.getvalue()).hexdigest()
