"""Documents for people, as PDF: typeset by typst from data, with its own fonts, without the network."""
