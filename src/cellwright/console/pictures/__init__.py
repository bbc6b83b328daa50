"""Pictures that the server draws: SVG without inline style, coloured by the classes of its parts."""
