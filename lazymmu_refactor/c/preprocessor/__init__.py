"""What the preprocessor sees in a file: comments, literals, directives, and which branches of ``#if`` are compiled."""
