"""The queue: which units of which runs may begin, who has taken which, and who there is to take them."""
