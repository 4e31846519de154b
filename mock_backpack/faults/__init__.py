"""The mock's faults, by area: what a correct Backpack behind a bad network or under load shows."""
