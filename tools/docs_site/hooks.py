"""What MkDocs is told beyond mkdocs.yml: pages that lie outside of docs/, decisions, links, local scripts.

It runs in the site's own environment, which has MkDocs and not Cellwright.
"""

import os
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

from docs_site.site_map import GENERATED, SiteMap

ROOT = Path(__file__).parents[2]
GENERATED_FOLDER = "CELLWRIGHT_DOCS_GENERATED"
SCRIPTS_FOLDER = "CELLWRIGHT_DOCS_SCRIPTS"
"""Variables of the environment: where pages made from the code lie, and where scripts do."""
_SCRIPTS = "assets/scripts"
_DECISIONS = "decisions"
_MERMAID = f"{_SCRIPTS}/mermaid.min.js"
_DIAGRAM = re.compile(r'<pre class="mermaid">.*?</pre>', re.DOTALL)
_MAP = SiteMap.of(ROOT)


def on_config(config: Any) -> Any:  # noqa: ANN401  MkDocs has no types here
    """List the decisions in the navigation, and take the offline search's script from the site itself."""
    for section in config.nav:
        if "Decisions" in section:
            section["Decisions"] = [f"{_DECISIONS}/README.md", *_decisions()]
    config.extra["polyfills"] = [f"{_SCRIPTS}/iframe-worker.js"]
    return config


def _decisions() -> list[str]:
    return [f"{_DECISIONS}/{path.name}" for path in sorted((ROOT / "docs" / _DECISIONS).glob("0*.md"))]


def on_files(files: Files, config: Any) -> Files:  # noqa: ANN401  as above
    """Add the pages whose files lie elsewhere, and the scripts."""
    for source, page in _MAP.outside_docs.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / source)))
    for page in GENERATED:
        files.append(File.generated(config, page, abs_src_path=str(_folder(GENERATED_FOLDER) / page)))
    for path in sorted(_folder(SCRIPTS_FOLDER).iterdir()):
        files.append(File.generated(config, f"{_SCRIPTS}/{path.name}", abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:  # noqa: ANN401  as above
    """Write links as the page needs them."""
    source = _MAP.source(page.file.src_uri)
    return markdown if source is None else _MAP.with_links(markdown, source)


def on_page_content(html: str, **_: Any) -> str:  # noqa: ANN401  as above
    """Let a diagram that is wider than the page scroll in a box of its own."""
    return _DIAGRAM.sub(r'<div class="diagram">\g<0></div>', html)


def on_post_page(output: str, page: Any, **_: Any) -> str:  # noqa: ANN401  as above
    """Load the diagrams' script from the site, before the theme would load it from elsewhere."""
    if 'class="mermaid"' not in output:
        return output
    address = posixpath.relpath(_MERMAID, posixpath.dirname(page.file.dest_uri) or ".")
    return output.replace("</head>", f'<script src="{address}"></script></head>', 1)


def on_post_build(config: Any) -> None:  # noqa: ANN401  as above
    """Take the addresses out of the theme's script from which it would load what a browser lacks."""
    for script in Path(config.site_dir).glob("assets/javascripts/bundle.*.js"):
        text = script.read_text()
        for address in (
            "https://unpkg.com/mermaid@11/dist/mermaid.min.js",
            "https://unpkg.com/resize-observer-polyfill",
        ):
            text = text.replace(address, "about:blank")
        script.write_text(text)
    for left in Path(config.site_dir).glob("assets/**/*.map"):
        left.unlink()


def _folder(variable: str) -> Path:
    return Path(os.environ[variable])
