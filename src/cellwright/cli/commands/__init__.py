"""One module per command or close family: parse, call one use case, print what it returns."""
