"""What a browser is told and must prove: headers, cookies, forms."""
