"""What all features share towards people: messages, forms, the router of clicks, the error path."""
