"""The words of a text: tokens, stems, spelling, synonyms and phrases. Looks at no other room."""
