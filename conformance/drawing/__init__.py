"""What properties draw: badges, bytes on the wire, stories; and what all of it is made of."""
