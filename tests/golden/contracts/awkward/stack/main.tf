/* A block comment
   with a { brace and "quotes */ variable unquoted { type = list(string) } # the end

variable "commented" {
  # before
  type = object({ # inside
    // one
    a = string /* two */, b = number # three
    c = optional(
      # four
      bool,
      true # five
    )
  })
}

variable "templated" {
  default     = "$${not} %%{one} \"quoted\" \\ }"
  description = "Says \"hi\"\tand \u00e9 $${x}"
}

variable "computed_description" {
  description = "Uses ${1}"
}

locals {
  condition = (
    var.first != ""
    # why the second matters
    && var.second != ""
  )
  text = <<EOT
variable "in_a_heredoc" {
  ${jsonencode({ "a" = "}" })}
}
EOT
  nested = "${join("", [for k, v in { a = "}" } : "${k}=${v}" if k != "\""])}"
  strip  = "${~ var.first ~}"
}

output "last" {
  value = <<-E
    no line break at the end of this file
  E
}