"""`python -m docs_site`: builds the site into `site/`."""

import subprocess
import sys

from docs_site.build import ROOT, build


def main() -> int:
    """Build it; tells where it lies."""
    site = ROOT / "site"
    try:
        build(site, ROOT / "build" / "docs")
    except (OSError, ValueError, subprocess.SubprocessError) as failed:
        sys.stderr.write(f"the site could not be built: {failed}\n")
        return 1
    sys.stdout.write(f"done: {site / 'index.html'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
