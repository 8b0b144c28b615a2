"""A proof for someone who trusts neither this package nor Z3: a certificate and a small checker.

The certificate says that the networks of the corner dust realise K_n for every n. The checker runs
in a process of its own that cannot even import exactnet. Then one multiplier of the proof is
changed, and one weight of the network, and the checker refuses both.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import exactnet as en
from exactnet.verification import check


def verdict(document: object) -> str:
    """What the checker says, run alone."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "certificate.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        command = [sys.executable, "-I", "-S", check.__file__, str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip()


def main() -> tuple[str, str, str]:
    result = en.prove_all_depths(en.gallery.cantor_dust())
    assert result.certificate is not None
    text = result.certificate.text()
    print(f"{len(text)} bytes")
    honest = verdict(json.loads(text))

    wrong_proof = json.loads(text)
    first_step = wrong_proof["evidence"]["undone"][0]["steps"][0]
    first_step[2][0][1] = "2"  # a Farkas multiplier
    wrong_network = json.loads(text)
    wrong_network["claim"]["step"][0]["bias"][0] = "-1/2"
    verdicts = (honest, verdict(wrong_proof), verdict(wrong_network))
    print(*verdicts, sep="\n")
    return verdicts


if __name__ == "__main__":
    main()
