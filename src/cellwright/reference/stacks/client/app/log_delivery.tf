# A copy of the client's log goes where people search logs, as long as the account has such a place.
resource "aws_cloudwatch_log_subscription_filter" "search" {
  count = var.log_delivery == null ? 0 : 1

  name            = "search"
  log_group_name  = aws_cloudwatch_log_group.this.name
  filter_pattern  = ""
  destination_arn = var.log_delivery.stream_arn
  role_arn        = var.log_delivery.role_arn
}
