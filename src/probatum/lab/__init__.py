"""The machine around us: folders, clock, randomness. Only this layer touches them."""
