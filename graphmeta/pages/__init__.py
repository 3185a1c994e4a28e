"""Web pages: what people look at, and the same as JSON for programs. Links and forms work without a script."""
