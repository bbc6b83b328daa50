"""The language server: what `app/editing` knows, over the Language Server Protocol."""
