#!/bin/sh
# Makes .venv beside this file with everything chidao needs, in the exact versions that its tests ran with.
#
#   sh setup.sh          to use it:      sh setup.sh && .venv/bin/chidao chat --sample
#   sh setup.sh --dev    to work on it:  sh setup.sh --dev && .venv/bin/python -m pytest
#
# Call it as often as you like: it does only what is missing, and nothing when nothing changed. It writes into .venv
# only; deleting that folder undoes everything. PYTHON=/path/to/python3.12 sh setup.sh chooses the Python.
set -eu

CPU_INDEX=https://download.pytorch.org/whl/cpu
TRIED="python3 python3.13 python3.12 python3.11 python3.14"

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$@" >&2; exit 1; }

lock=runtime
for argument in "$@"; do
    case $argument in
        --dev) lock=dev ;;
        -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) printf 'setup: unknown option %s; usage: sh setup.sh [--dev]\n' "$argument" >&2; exit 2 ;;
    esac
done

started=$(date +%s)
cd "$(dirname "$0")"
root=$(pwd -P)
venv=$root/.venv
python=$venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

# -- 1. A Python that fits ---------------------------------------------------------------------------------------------

fits() { # 3.11 to 3.14: what the locked packages have ready-made files for
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-$TRIED}; do
        if fits "$name"; then printf '%s\n' "$name"; return; fi
    done
    die "no Python 3.11 to 3.14 found (tried: ${PYTHON:-$TRIED})." \
        "Debian 12, Ubuntu 24.04 or newer:  sudo apt-get install -y python3 python3-venv" \
        "macOS:                             brew install python@3.13" \
        "Elsewhere, call it by its path:    PYTHON=/path/to/python3.13 sh setup.sh"
}

# -- 2. .venv ----------------------------------------------------------------------------------------------------------

need_venv_package() { # Debian and Ubuntu keep ensurepip, which venv needs, in a package of its own
    if "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; then return; fi
    package=${1##*/}-venv
    if ! command -v apt-get >/dev/null 2>&1; then
        die "$1 cannot make virtual environments (its module ensurepip is missing)." \
            "Install the package that holds it, or name another Python: PYTHON=/path/to/python3.13 sh setup.sh"
    fi
    if [ "$(id -u)" -ne 0 ]; then
        die "$1 cannot make virtual environments yet. Run this, then setup.sh again:" \
            "    sudo apt-get install -y $package"
    fi
    say "installing Debian's $package, without which $1 cannot make .venv"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$package"; } >/dev/null ||
        die "apt-get could not install $package: see its message above."
}

venv_works() { # its Python runs and fits, pip is there, and it was made in this very place
    fits "$python" && "$python" -c 'import pip' >/dev/null 2>&1 && grep -qsF "$venv" "$venv/bin/pip"
}

make_venv() {
    if venv_works; then return; fi
    found=$(find_python)
    need_venv_package "$found"
    if [ -e "$venv" ]; then
        say "the .venv that is here does not work, or was moved here: making it anew"
        rm -rf "$venv"
    fi
    say "making .venv with $("$found" --version)"
    "$found" -m venv "$venv"
}

# -- 3. What goes into it ----------------------------------------------------------------------------------------------

pip_install() { "$python" -m pip install -qq --no-deps "$@"; }

cuda_found() { # prints what is there of CUDA, if anything; does not import torch
    "$python" - <<'PYTHON'
import importlib.metadata as metadata
import re

found = {dist.metadata["Name"] for dist in metadata.distributions()}
found = {name for name in found if re.match(r"nvidia[-_]|cuda[-_]|triton$", name or "")}
for file in metadata.files("torch") or []:
    if file.as_posix() == "torch/version.py" and (cuda := re.search(r"^cuda\b.*= '(.+)'", file.read_text(), re.M)):
        found.add(f"torch for CUDA {cuda[1]}")
print(*sorted(found), sep=", ")
PYTHON
}

install_torch() {
    say "1/3 torch, CPU build (a download of 80 to 200 MB)"
    # Few and short tries: where the CPU index cannot be reached, pip goes on with the other places it knows.
    pip_install --retries 1 --timeout 15 -r requirements/torch.txt ||
        die "torch could not be installed: see pip's message above. After a broken download, run setup.sh again." \
            "There are files for Linux with glibc 2.28 or newer (x86-64, arm64) and macOS 14 or newer (Apple silicon)."
    cuda=$(cuda_found)
    if [ -n "$cuda" ]; then
        "$python" -m pip uninstall -qq -y torch
        die "refused: a CUDA build came ($cuda); chidao runs on the CPU and that build needs gigabytes more." \
            "It comes from PyPI when PyTorch's CPU index cannot be reached. So either" \
            "  - make $CPU_INDEX reachable and run setup.sh again, or" \
            "  - put the wheel for your Python from there into a folder:  PIP_FIND_LINKS=/that/folder sh setup.sh" \
            "If nvidia or triton packages are named above, delete .venv first."
    fi
}

checksum() { cat requirements/torch.txt "requirements/$1.txt" pyproject.toml setup.sh | cksum; }

stamped() { [ "$(cat "$venv/.setup-$1" 2>/dev/null)" = "$(checksum "$1")" ]; }

install_all() {
    if stamped dev; then return; fi # holds all of runtime too, in the same versions
    if [ "$lock" = runtime ] && stamped runtime; then return; fi
    rm -f "$venv/.setup-dev" "$venv/.setup-runtime"
    install_torch
    say "2/3 the packages of requirements/$lock.txt, checked by their hashes"
    pip_install --require-hashes -r "requirements/$lock.txt"
    say "3/3 chidao itself, run from this folder"
    pip_install --no-build-isolation -e . # with the locked setuptools: nothing unpinned is fetched to build it
    checksum "$lock" >"$venv/.setup-$lock"
}

make_venv
install_all
say "ready in $(($(date +%s) - started)) s; .venv takes $(du -sh "$venv" | cut -f1)"
