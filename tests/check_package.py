"""Build the wheel and the sdist, install the wheel in clean environments, and use it there.

    python tests/check_package.py [--extras]

Without ``--extras`` the core is installed alone: it must prove, and name the extra that a command
lacks. With it, the wheel is installed with every extra as well, and must export and draw.
"""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONSTRAINTS = ROOT / "constraints.txt"


def run(*command: str | Path, status: int = 0, cwd: Path) -> str:
    """The output of a command that must end with a status; standard error too if it fails."""
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, capture_output=True, text=True, env=clean, check=False
    )
    if done.returncode != status:
        raise SystemExit(
            f"check_package: expected status {status} of {' '.join(map(str, command))}, "
            f"got {done.returncode}.\n{done.stdout}{done.stderr}"
        )
    return done.stdout if status == 0 else done.stderr


def build(folder: Path) -> Path:
    """The wheel, built from the sdist, which so must hold what it needs; both are looked into."""
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    (source,) = folder.glob("*.tar.gz")
    names = zipfile.ZipFile(wheel).namelist()
    for part in ("exactnet/py.typed", "exactnet/verification/check.py", "exactnet/__main__.py"):
        assert part in names, f"{part} is not in the wheel"
    stray = [name for name in names if not name.startswith(("exactnet/", "exactnet-"))]
    assert not stray, f"{stray[0]} does not belong into the wheel"
    with tarfile.open(source) as archive:
        inside = [name.split("/", 1)[-1] for name in archive.getnames()]
    assert "pyproject.toml" in inside
    return wheel


def environment(folder: Path, requirement: str) -> Path:
    """The folder of commands of a new environment with the requirement installed."""
    run(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    pip = (folder / "bin" / "pip", "install", "--quiet", "--constraint", CONSTRAINTS)
    run(*pip, requirement, cwd=folder.parent)
    return folder / "bin"


def check_core(commands: Path, folder: Path) -> None:
    """What must work, and what must be refused by name, without any extra."""
    exactnet = commands / "exactnet"
    proof = run(exactnet, "prove", "cantor-dust", "--depth", "3", "--all-depths", cwd=folder)
    assert "proved by induction" in proof
    module = (commands / "python", "-m", "exactnet")
    found = json.loads(run(*module, "theorem", "1", "cantor", "--depth", "5", "--json", cwd=folder))
    assert found["verdict"] == "holds"
    lacking = {
        "torch": ("export", "cantor", "--depth", "1", "--to", "torch", "-o", "net.pt"),
        "onnx": ("export", "cantor", "--depth", "1", "--to", "onnx", "-o", "net.onnx"),
        "plot": ("report", "cantor", "--depth", "1", "-o", "report"),
        "completion": ("completion", "bash"),
    }
    for extra, command in lacking.items():
        error = run(exactnet, *command, status=2, cwd=folder)
        assert f"exactnet[{extra}]" in error, error
        assert len(error.splitlines()) == 1, error
        print(f"without extras: {error.strip()}")


def check_extras(commands: Path, folder: Path) -> None:
    """What the extras add."""
    exactnet = commands / "exactnet"
    for kind, name in (("torch", "net.pt"), ("onnx", "net.onnx")):
        run(exactnet, "export", "cantor", "--depth", "1", "--to", kind, "-o", name, cwd=folder)
        assert (folder / name).stat().st_size
    run(exactnet, "report", "cantor", "--depth", "1", "-o", "report", cwd=folder)
    assert "cantor" in (folder / "report" / "index.html").read_text(encoding="utf-8")
    assert "exactnet" in run(exactnet, "completion", "bash", cwd=folder)


def main(extras: bool) -> None:
    """Build, install, use; nothing is left behind."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = build(folder)
        print(f"built {wheel.name}, {wheel.stat().st_size // 1024} KiB")
        check_core(environment(folder / "core", str(wheel)), folder)
        if extras:
            check_extras(environment(folder / "extras", f"{wheel}[all]"), folder)
    print("the package installs and works" + (" with and without extras" if extras else ""))


if __name__ == "__main__":
    main("--extras" in sys.argv[1:])
