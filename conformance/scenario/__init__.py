"""The scenario format: model, loading, blocks, references, expectations, linting."""
