"""Certificates of destruction, as the server issues and lists them."""

from cellwright.app.certificates.issuing import Issued
from cellwright.app.certificates.listing import Listed
from cellwright.app.certificates.validating import ValidationRequest
from cellwright.remote.client import ApiClient
from cellwright.remote.documents.certificates import issued_from, listed_from


def listing(client: ApiClient) -> tuple[Listed, ...]:
    """The clients that were offboarded."""
    return tuple(map(listed_from, client.get("certificates")["clients"]))


def issue(client: ApiClient, name: str) -> Issued:
    """Issue a client's certificate."""
    return issued_from(client.post("clients", name, "certificates", body={}))


def validate(client: ApiClient, request: ValidationRequest) -> Issued:
    """Judge the outcome of a destruction."""
    body = {"findings": request.findings, "over": list(request.settled)}
    return issued_from(client.post("clients", request.name, "certificates", "validate", body=body))
