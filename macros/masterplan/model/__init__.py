"""What a plan is: frozen, typed values with no input or output of their own."""
