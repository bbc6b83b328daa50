"""Functions of HCL whose value depends on nothing but their arguments, by subject."""
