"""Fetch the vendored front-end packages again, at the versions pinned here.

Needs npm and is run only to upgrade; its output is committed. Run
`tools/build_static.py` afterwards.
"""

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "admin_app" / "static" / "vendor"
ICON_NAMES = ROOT / "tools" / "icons.txt"


@dataclass(frozen=True)
class Package:
    """One npm package, the files taken from it and the folder they go to."""

    name: str
    version: str
    folder: str
    files: tuple[str, ...]
    license_file: str = "LICENSE"


PACKAGES = (
    # 1.4.0 is the last Tabler whose colours work in browsers before 2023:
    # later ones need oklch() and light-dark(). See docs/decisions.
    Package(
        "@tabler/core",
        "1.4.0",
        "tabler",
        ("dist/css/tabler.min.css", "dist/js/tabler.min.js"),
    ),
    Package("@tabler/icons", "3.51.0", "tabler-icons", ()),
    Package(
        "tom-select",
        "2.6.2",
        "tom-select",
        (
            "dist/css/tom-select.bootstrap5.min.css",
            "dist/js/tom-select.popular.min.js",
        ),
    ),
    Package("htmx.org", "2.0.11", "htmx", ("dist/htmx.min.js",)),
)


def main() -> int:
    """Replace every vendor folder and say what was written."""
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as scratch:
            source = _unpacked(package, Path(scratch))
            target = VENDOR / package.folder
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            for name in package.files:
                shutil.copyfile(source / name, target / Path(name).name)
            _write_license(package, source, target)
            (target / "VERSION").write_text(f"{package.name} {package.version}\n")
            if package.folder == "tabler-icons":
                (target / "icons.svg").write_text(_sprite(source))
            print(f"{package.name} {package.version} -> {target.relative_to(ROOT)}")
    return 0


def _unpacked(package: Package, scratch: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is needed to refresh the vendored packages")
    subprocess.run(
        [npm, "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=scratch,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (archive,) = scratch.glob("*.tgz")
    with tarfile.open(archive) as tar:
        tar.extractall(scratch, filter="data")
    return scratch / "package"


def _write_license(package: Package, source: Path, target: Path) -> None:
    """Copy the licence; Tabler ships only its name, so its header is kept instead."""
    shipped = source / package.license_file
    if shipped.exists():
        shutil.copyfile(shipped, target / "LICENSE")
        return
    declared = json.loads((source / "package.json").read_text())["license"]
    sheet = (source / package.files[0]).read_text(encoding="utf-8")
    copyright_lines = re.findall(r"Copyright [^\n]+", sheet[:600])
    text = ROOT / "tools" / "licenses" / f"{declared}.txt"
    (target / "LICENSE").write_text(
        "\n".join(copyright_lines) + "\n\n" + text.read_text(), encoding="utf-8"
    )


def _sprite(source: Path) -> str:
    """One SVG with a symbol for each name in icons.txt; refuses unknown names."""
    symbols = []
    for name in sorted(set(ICON_NAMES.read_text().split())):
        path = source / "icons" / "outline" / f"{name}.svg"
        if not path.exists():
            sys.exit(f"tools/icons.txt: there is no icon called {name}")
        drawing = re.sub(r"<!--.*?-->", "", path.read_text(), flags=re.DOTALL)
        inner = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
        if inner is None:
            sys.exit(f"{name}.svg is not a drawing this script understands")
        shape = re.sub(r"\s*\n\s*", "", inner.group(1))
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shape}</symbol>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">\n'
        + "\n".join(symbols)
        + "\n</svg>\n"
    )


if __name__ == "__main__":
    sys.exit(main())
