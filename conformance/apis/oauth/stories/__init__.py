"""Stories of earners and clients of an authorization server, which several APIs share."""
