"""Services that moto lacks, in the form in which moto has its own."""
