"""Import of existing plans: documents, spreadsheets and issues become `plan_data/`, and no line is lost."""
