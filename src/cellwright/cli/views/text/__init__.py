"""What people read: Rich renderables; symbols and words say everything, colours only help."""
