"""The scenario format: model, reading, blocks, references, expectations, and linting."""
