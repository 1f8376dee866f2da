"""What members use: questions, answers, buttons. Never looks at curators."""
