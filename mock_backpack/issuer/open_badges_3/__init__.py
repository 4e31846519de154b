"""What is said of issuers of Open Badges 3.0."""
