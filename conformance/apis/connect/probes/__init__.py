"""What is tried before anything is judged: whether target, network and configuration fit."""
