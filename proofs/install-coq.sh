#!/usr/bin/env bash
# Makes sure that there is Coq 8.16 or newer; if there is none, installs the package coq of
# Debian or Ubuntu.
set -euo pipefail

fail() {
  echo "install-coq: $*" >&2
  exit 1
}

has() {
  command -v "$1" > /dev/null
}

other_ways="Install Coq 8.16 or newer, for instance with opam (opam install coq.8.16.1), and put coqc on the path."

if ! has coqc; then
  has apt-get || fail "expected coqc or apt-get, found neither. $other_ways"
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    has sudo || fail "expected coqc, or root or sudo to install it, found none. Run 'apt-get install coq' as root."
    as_root=(sudo)
  fi
  echo "install-coq: no coqc on the path, installing the package coq"
  install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get)
  { "${install[@]}" update -qq && "${install[@]}" install -y -qq --no-install-recommends coq; } \
    || fail "apt-get could not install the package coq. $other_ways"
fi

for program in coqc coqdep coqtop coqchk; do
  has "$program" || fail "expected $program beside $(command -v coqc), found none. $other_ways"
done

printed=$(coqc --print-version) || fail "coqc --print-version failed. $other_ways"
version=${printed%% *}
[[ $version =~ ^([0-9]+)\.([0-9]+) ]] || fail "expected a version from coqc, got '$printed'. $other_ways"
if ((BASH_REMATCH[1] < 8 || (BASH_REMATCH[1] == 8 && BASH_REMATCH[2] < 16))); then
  fail "expected Coq 8.16 or newer, found $version at $(command -v coqc). $other_ways"
fi
echo "install-coq: found Coq $version at $(command -v coqc)"
