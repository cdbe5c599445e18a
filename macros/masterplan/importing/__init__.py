"""Plans that exist elsewhere: read into the model's shape with nothing lost, and written as `plan_data/`."""
