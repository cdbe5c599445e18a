"""How fast masterplan is, and on which plans: a generator of plans of any size, and what is measured on them."""
