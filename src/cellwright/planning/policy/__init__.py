"""Guard rails: what policies say about a plan. The deciding is pure; the evaluator comes in from outside."""
