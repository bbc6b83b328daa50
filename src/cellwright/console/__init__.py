"""The console: pages for a browser and the JSON API, over one fleet."""
