"""RDF: namespaces, terms, literals by value, and Turtle read with the place of every statement."""
