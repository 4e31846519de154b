"""What the stories of all APIs share: grants as a model knows them, steps, how they are drawn."""
