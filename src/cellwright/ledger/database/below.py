"""The addresses below another one, as a range that an index serves."""


def below(address: object) -> dict[str, str]:
    """Give the ends of the range of what begins with `address/`, the first one within it.

    As the parameters `first` and `end` of a statement: `unit >= :first AND unit < :end`.
    """
    return {"first": f"{address}/", "end": f"{address}0"}  # '0' is the character after '/'
