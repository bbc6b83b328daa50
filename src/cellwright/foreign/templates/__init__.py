"""Templates of Go, as far as they are plain: names, pipelines, conditions, loops, some functions of sprig."""
