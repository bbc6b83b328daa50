"""Templates of Go: names, pipelines, blocks; what is not understood is said."""

import pytest

from cellwright.foreign.templates.filling import filled
from cellwright.foreign.templates.reading import TemplateFault

CONTEXT = {"vars": {"a": "x", "n": 3, "l": ["p", "q"], "m": {"k": "v"}}, "empty": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ .vars.a }}-{{.vars.n}}", "x-3"),
        ("{{ .vars.a | upper | quote }}", '"X"'),
        ('{{ if eq .vars.a "y" }}1{{ else if gt .vars.n 2 }}2{{ else }}3{{ end }}', "2"),
        ('{{ if and .vars.a (not .empty) (ne .vars.a "y") }}yes{{ end }}', "yes"),
        ("{{ range $i, $e := .vars.l }}{{ $i }}={{ $e }},{{ end }}", "0=p,1=q,"),
        ("{{ range .none }}x{{ else }}none{{ end }}", "none"),
        ("{{ range .vars.l }}{{ . }}{{ $.vars.a }}{{ end }}", "pxqx"),
        ("a  {{- with .vars.m -}}  {{ .k }}  {{- end -}}  b", "avb"),
        ('{{ .none | default "d" }}', "d"),
        ('{{ printf "%s-%d" .vars.a (len .vars.l) }}', "x-2"),
        ('{{ index .vars.l 1 }}{{ ternary "t" "f" true }}', "qt"),
        ("{{ $x := .vars.a }}{{ $x }}{{/* a comment */}}!", "x!"),
        ("{{ `{{ .raw }}` }}", "{{ .raw }}"),
        ("{{ .vars.m }}", {"k": "v"}),
        ("no template", "no template"),
    ],
)
def test_a_template(text: str, expected: object) -> None:
    assert filled(text, CONTEXT) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ .none }}", "it names what has no value"),
        ("a {{ .none }}", "a value that is none"),
        ("a {{ .vars.m }}", "a value that is none, or a collection"),
        ('{{ env "HOME" }}', "the function env is not evaluated here"),
        ("{{ if .vars.a }}x", "'if' is never ended"),
        ("{{ end }}", "'end' does not belong there"),
        ('{{ define "x" }}{{ end }}', "'define' is not understood here"),
        ("{{ .vars.a", "an action is never ended"),
        ("{{ index .vars.l 9 }}", "it can't be filled in"),
        ("{{ $none }}", "'$none' is not known"),
        ("{{ .vars.a ? }}", "an action that is not understood here"),
    ],
)
def test_what_is_not_understood(text: str, why: str) -> None:
    with pytest.raises(TemplateFault, match=why.replace("$", r"\$")):
        filled(text, CONTEXT)
