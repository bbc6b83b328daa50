import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.relay.http2 import huffman


@pytest.mark.parametrize(
    ("code", "text"),
    [  # RFC 7541, appendix C.4 and C.6
        ("f1e3c2e5f23a6ba0ab90f4ff", b"www.example.com"),
        ("a8eb10649cbf", b"no-cache"),
        ("25a849e95ba97d7f", b"custom-key"),
        ("6402", b"302"),
        ("d07abe941054d444a8200595040b8166e082a62d1bff", b"Mon, 21 Oct 2013 20:13:21 GMT"),
        ("9d29ad171863c78f0b97c8e9ae82ae43d3", b"https://www.example.com"),
    ],
)
def test_decodes_the_examples_of_the_standard(code: str, text: bytes) -> None:
    assert huffman.decode(bytes.fromhex(code)) == text


def test_the_code_is_complete() -> None:
    lengths = huffman.code_lengths()

    assert len(lengths) == 257
    assert sum(2.0**-bits for bits in lengths) == 1


@given(st.binary(max_size=64))
def test_decodes_every_octet(text: bytes) -> None:
    assert huffman.decode(encode(text)) == text


@pytest.mark.parametrize("code", ["00" + "ff" * 4, "ffffffff", "f1e3c2e5f23a6ba0ab90f400", "ffff"])
def test_refuses_what_is_no_code(code: str) -> None:
    with pytest.raises(huffman.HuffmanError):
        huffman.decode(bytes.fromhex(code))


def encode(text: bytes) -> bytes:
    """The other direction, which the relay has no use for."""
    codes = {symbol: code for code, symbol in huffman._symbols().items()}
    bits = "".join(format(codes[octet][1], f"0{codes[octet][0]}b") for octet in text)
    bits += "1" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
