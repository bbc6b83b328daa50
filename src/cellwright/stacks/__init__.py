"""A Terraform root module as data: where it comes from, what it asks for and gives, its digest."""
