"""The artifact store: where plans and logs lie that another machine needs."""
