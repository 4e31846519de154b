"""What every part of the suite speaks in: errors, requirements, findings, exchanges, documents."""
