"""From one store to another: what is there, copying it, showing that nothing is lost, staying in step."""
