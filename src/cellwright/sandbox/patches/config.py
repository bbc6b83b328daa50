"""Config."""

from moto.config.models import ConfigBackend

from cellwright.sandbox.patching.patch import Moto, Patch, wrap_method

_NOWHERE = "s3://given-in-the-call"


def _packs_by_text() -> None:
    def put_organization_conformance_pack(original: Moto, self: Moto, **asked: Moto) -> Moto:
        # Without an address of the template moto fails, although the template itself is in the call.
        place = asked.pop("template_s3_uri") or (_NOWHERE if asked["template_body"] else "")
        return original(self, template_s3_uri=place, **asked)

    wrap_method(ConfigBackend, "put_organization_conformance_pack", put_organization_conformance_pack)


PATCHES = (
    Patch("packs by text", "a conformance pack could only be made of a template in a bucket", _packs_by_text),
)
