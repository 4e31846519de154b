"""What judging the clients of all APIs with OAuth has in common, whatever the API."""
