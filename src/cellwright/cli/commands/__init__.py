"""One file per command: its arguments, what it does, and its text view.

The files are the list of commands: there is no table to extend. Each file begins with a docstring

    One sentence for the list in `cellwright --help`.

    Panel: Look 150

that names the heading under which help lists the command, and its place in the order of all commands.
The command is an object with the file's name: `status` in `status.py`. What `--help` does not need (the use
case, the JSON document, shared views) is imported inside the function that needs it.
"""
