"""Who a build is: the identity token that a CI system has signed for it, and how it is verified."""
