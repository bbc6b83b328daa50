"""The functions that policies may call, with the number of their arguments."""

from collections.abc import Mapping

_BY_ARGUMENTS: Mapping[int, str] = {
    0: "time.now_ns",
    1: """
        "" abs array.reverse base64.decode base64.encode base64.is_valid base64url.decode
        base64url.encode base64url.encode_no_pad bits.negate ceil count floor glob.quote_meta
        hex.decode hex.encode intersection is_array is_boolean is_null is_number is_object is_set
        is_string json.is_valid json.marshal json.unmarshal lower max min net.cidr_expand
        net.cidr_is_valid object.keys object.union_n product regex.is_valid round semver.is_valid
        sort strings.reverse sum time.clock time.date time.format time.parse_duration_ns
        time.parse_rfc3339_ns time.weekday to_number trim_space type_name union units.parse
        units.parse_bytes upper urlquery.decode urlquery.decode_object urlquery.encode
        urlquery.encode_object uuid.rfc4122 yaml.marshal yaml.unmarshal
    """,
    2: """
        array.concat bits.and bits.lsh bits.or bits.rsh bits.xor concat contains endswith format_int
        graph.reachable graph.reachable_paths indexof indexof_n json.filter json.marshal_with_options
        json.patch json.remove net.cidr_contains numbers.range object.filter object.remove
        object.subset object.union rand.intn regex.match regex.split semver.compare split sprintf startswith
        strings.any_prefix_match strings.any_suffix_match strings.count strings.replace_n time.diff
        time.parse_ns trim trim_left trim_prefix trim_right trim_suffix
    """,
    3: """
        array.slice glob.match numbers.range_step object.get regex.find_all_string_submatch_n regex.find_n
        regex.replace replace substring
    """,
    4: "regex.template_match time.add_date",
}

ARGUMENTS: Mapping[str, int] = {
    name: number for number, names in _BY_ARGUMENTS.items() for name in names.split()
}
"""By name. A function that OPA has and that is not here is refused where it is called."""

ANY_NUMBER = frozenset(("print",))
"""Takes any number of arguments; what it prints is shown nowhere."""

WALK = "walk"
"""Gives several answers, which only its form with two arguments is sure to do here."""

REASONS: Mapping[str, str] = {
    "http.send": "policies have no network",
    "net.lookup_ip_addr": "policies have no network",
    "opa.runtime": "policies don't see the environment",
}
"""Why some functions are missing on purpose."""
