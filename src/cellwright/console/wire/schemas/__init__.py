"""The documents of the API, as OpenAPI describes them. They are made in `api/`; these only describe."""
