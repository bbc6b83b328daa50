"""Types of Terraform variables, and whether a value fits one."""
