"""An earner's browser: pages and redirects without a screen, or a real Chromium."""
