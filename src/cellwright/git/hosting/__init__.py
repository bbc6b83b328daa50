"""Those who host repositories: a change is proposed there as a branch and a pull request."""
