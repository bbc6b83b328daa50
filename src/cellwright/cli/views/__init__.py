"""Pure rendering: values in, text or JSON out."""
