"""The verdict on issuers and clients of Open Badges 3.0."""
