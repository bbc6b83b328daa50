"""An MCP server: an assistant looks at a fleet, and, where it may, asks for acts that a person approves."""
